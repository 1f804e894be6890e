package io.slipway.security;

import java.util.List;
import java.util.regex.Pattern;

/// The models to which a caller has access.
///
/// @param models names, with `*` for any characters
public record ModelScope(List<String> models) {
  /// A model name, or a pattern with `*`.
  private static final Pattern MODEL = Pattern.compile("[a-z0-9._*-]{1,100}");

  /// All models, and calls that are not about a model.
  public static final ModelScope ALL = new ModelScope(List.of("*"));

  public static final ModelScope NONE = new ModelScope(List.of());

  /// @throws IllegalArgumentException where an entry cannot match any model name
  public ModelScope {
    models = List.copyOf(models);
    for (String model : models) {
      if (!MODEL.matcher(model).matches()) {
        throw new IllegalArgumentException(
            "'" + model + "' is not a model name: a-z, 0-9, '.', '_', '-', and * for anything");
      }
    }
  }

  /// Whether it covers all models, and thus calls about all models.
  public boolean all() {
    return models.contains("*");
  }

  /// Whether it covers the model `name`, as written in a path. An encoded name is not a model name,
  /// so only [#all] covers it.
  public boolean covers(String name) {
    for (String model : models) {
      if (model.equals("*") || matches(model, name)) {
        return true;
      }
    }
    return false;
  }

  /// Linear except for the number of stars: after a star, the first match suffices.
  private static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int after = 0;
    while (n < name.length()) {
      char c = name.charAt(n);
      if (!plain(c)) {
        return false;
      }
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        after = n;
      } else if (p < pattern.length() && pattern.charAt(p) == c) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++after;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean plain(char c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
  }
}
