package io.slipway.bundle;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The possible records of a tagged object in the manifest.
///
/// @param member the tag: `op`, `type`, `object` or `kind`
/// @param types by the tag's value
/// @param otherwise the tag's value where it is absent; null where it is required
record Variants(String member, Map<String, Class<?>> types, @Nullable String otherwise) {
  private static final Variants STEPS = new Variants("op", types(Step.class, ""), null);
  private static final Variants FIELDS = new Variants("type", types(Field.class, "_field"), null);
  private static final Variants INPUTS =
      new Variants("object", types(InputSchema.class, ""), "record");
  private static final Variants OUTPUTS =
      new Variants("kind", types(Output.class, ""), "classification");

  /// The variants of `type`; null where it is not tagged.
  static @Nullable Variants of(Class<?> type) {
    if (type == Step.class) {
      return STEPS;
    }
    if (type == Field.class) {
      return FIELDS;
    }
    if (type == InputSchema.class) {
      return INPUTS;
    }
    return type == Output.class ? OUTPUTS : null;
  }

  private static Map<String, Class<?>> types(Class<?> sealed, String suffix) {
    Map<String, Class<?>> types = new TreeMap<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        types.putAll(types(permitted, suffix));
      } else {
        String name = snakeCase(permitted.getSimpleName());
        types.put(
            name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name,
            permitted);
      }
    }
    return types;
  }

  /// `minChars` → `min_chars`, `OneHot` → `one_hot`.
  static String snakeCase(String name) {
    StringBuilder snake = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0) {
        snake.append('_');
      }
      snake.append(c);
    }
    return snake.toString().toLowerCase(Locale.ROOT);
  }
}
