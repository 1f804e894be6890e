package io.slipway.registry;

import io.slipway.bundle.Manifest;
import io.slipway.bundle.OneLine;
import io.slipway.bundle.StrictJson;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules for names, tags and texts.
final class Names {
  private static final Pattern MODEL = Manifest.MODEL_NAME;
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern SOURCE =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,30}:[!-~]{1,1968}");
  private static final int DISPLAY_CHARS = 250;
  private static final int MOST_TAGS = 100;
  private static final int TAG_CHARS = 1_000;
  private static final int REASON_CHARS = 10_000;
  private static final int TEXT_CHARS = 100_000;

  private Names() {}

  /// @throws Refusal.InvalidValue if `name` is not a valid name of a model
  static String model(String name) {
    if (!MODEL.matcher(name).matches()) {
      throw new Refusal.InvalidValue(
          "model",
          "a model's name is 1 to 100 characters of a-z, 0-9, '.', '_' and '-', and begins with a"
              + " letter or a digit");
    }
    return name;
  }

  static String alias(String name) {
    if (!ALIAS.matcher(name).matches()) {
      throw new Refusal.InvalidValue(
          "alias",
          "an alias is 1 to 100 letters, digits, '.', '_' and '-', and begins with a letter or a"
              + " digit");
    }
    return name;
  }

  /// @throws Refusal.InvalidValue if `alias` could be confused with a version or a stage: the
  ///     compatible APIs have one field for all three
  static void free(String alias, Policy policy) {
    if (alias.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new Refusal.InvalidValue("alias", "an alias can't be a number: versions are numbers");
    }
    if (policy.names(alias.toLowerCase(Locale.ROOT))) {
      throw new Refusal.InvalidValue("alias", "\"" + alias + "\" is a stage of the model");
    }
  }

  /// The stage's name in lower case, if the model has that stage.
  static String stage(String name, Policy policy) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("archived")) {
      throw new Refusal.InvalidValue(
          "stage", "archived is not a stage but a property of a version: PATCH the version");
    }
    if (!policy.names(lower)) {
      throw new Refusal.NotFound(
          "there is no stage "
              + name
              + ": stages are staging, production and those in the model's policy");
    }
    return lower;
  }

  /// A model's name for people; null removes it.
  static @Nullable String display(String pointer, @Nullable String name) {
    if (name != null && (name.isBlank() || name.codePointCount(0, name.length()) > DISPLAY_CHARS)) {
      throw new Refusal.InvalidValue(
          pointer, "expected 1 to " + DISPLAY_CHARS + " characters that are not all blanks");
    }
    return line(pointer, name);
  }

  /// Where the content of an external version is.
  static String source(String pointer, @Nullable String source) {
    if (source == null || !SOURCE.matcher(source).matches()) {
      throw new Refusal.InvalidValue(
          pointer, "expected a URI of at most 2,000 characters, such as s3://bucket/models/churn");
    }
    return source;
  }

  static @Nullable String reason(@Nullable String reason) {
    return line("/reason", reason, REASON_CHARS);
  }

  static @Nullable String text(String pointer, @Nullable String text) {
    return text(pointer, text, TEXT_CHARS);
  }

  /// A text without line breaks.
  static @Nullable String line(String pointer, @Nullable String text) {
    return line(pointer, text, TEXT_CHARS);
  }

  private static @Nullable String line(String pointer, @Nullable String text, int most) {
    text(pointer, text, most);
    if (text != null && !OneLine.is(text)) {
      throw new Refusal.InvalidValue(
          pointer,
          "a text of one line has no line breaks, other control characters or marks that change"
              + " the direction of writing");
    }
    return text;
  }

  static Map<String, String> tags(Map<String, String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw new Refusal.InvalidValue("/tags", "at most " + MOST_TAGS + " tags");
    }
    return tags;
  }

  /// Checks a new tag and returns its value.
  static String tag(String key, String value) {
    if (key.isEmpty() || key.contains("=")) {
      throw new Refusal.InvalidValue("/tags", "a tag's name must not be empty or contain '='");
    }
    line("/tags", key, TAG_CHARS);
    line("/tags" + StrictJson.pointer(key), value, TAG_CHARS);
    return value;
  }

  private static @Nullable String text(String pointer, @Nullable String text, int most) {
    if (text != null && text.length() > most) {
      throw new Refusal.InvalidValue(pointer, "at most " + most + " characters");
    }
    if (text != null && text.indexOf('\0') >= 0) {
      throw new Refusal.InvalidValue(pointer, "a text must not contain U+0000");
    }
    return text;
  }
}
