package io.slipway.registry.tracking;

import io.slipway.registry.Refusal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// MLflow's limits of names and values.
final class Rules {
  /// The most characters of an experiment's name, and of other names.
  private static final int NAME_CHARS = 500;

  private static final int KEY_CHARS = 250;
  private static final int PARAM_CHARS = 6_000;
  private static final int TAG_CHARS = 8_000;
  private static final int URI_CHARS = 1_000;

  private static final Pattern KEY =
      Pattern.compile("[/\\w.\\- :]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern ODD_PATH = Pattern.compile("/.*|.*/|.*//.*|(.*/)?[.]{1,2}(/.*)?");

  private Rules() {}

  static String name(String field, String name) {
    if (name.isBlank()) {
      throw new Refusal.InvalidValue(field, "expected a name that is not empty");
    }
    return text(field, name, NAME_CHARS);
  }

  /// A name of a metric, a parameter or a tag.
  static String key(String field, String key) {
    text(field, key, KEY_CHARS);
    if (!KEY.matcher(key).matches() || ODD_PATH.matcher(key).matches()) {
      throw new Refusal.InvalidValue(
          field,
          "expected letters, digits, '_', '-', '.', ' ', ':' and '/', without empty or relative"
              + " parts between the '/'");
    }
    return key;
  }

  static void params(Map<String, String> params) {
    pairs("params", params, PARAM_CHARS);
  }

  static void tags(Map<String, String> tags) {
    pairs("tags", tags, TAG_CHARS);
  }

  private static void pairs(String field, Map<String, String> pairs, int chars) {
    pairs.forEach(
        (key, value) -> {
          key(field + ".key", key);
          text(field + ".value", value, chars);
        });
  }

  /// Where artifacts are. Only clients follow it, so any scheme will do.
  static String uri(String field, String uri) {
    if (Pattern.compile("(^|[/\\\\])[.][.]([/\\\\]|$)").matcher(uri).find() || uri.contains("#")) {
      throw new Refusal.InvalidValue(field, "expected a URI without '..' and without a fragment");
    }
    return text(field, uri, URI_CHARS);
  }

  static String text(String field, String text, int chars) {
    if (text.length() > chars) {
      throw new Refusal.InvalidValue(
          field, "expected at most " + chars + " characters, not " + text.length());
    }
    return text;
  }

  static @Nullable String textOrNull(String field, @Nullable String text, int chars) {
    return text == null ? null : text(field, text, chars);
  }
}
