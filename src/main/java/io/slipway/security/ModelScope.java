package io.slipway.security;

import java.util.List;
import java.util.regex.Pattern;

/// The models that a key is for.
///
/// @param models names, with `*` for any characters
public record ModelScope(List<String> models) {
  /// A name of a model, or a part of one with `*`.
  private static final Pattern MODEL = Pattern.compile("[a-z0-9._*-]{1,100}");

  /// Every model, and what is no model's.
  public static final ModelScope ALL = new ModelScope(List.of("*"));

  public static final ModelScope NONE = new ModelScope(List.of());

  /// @throws IllegalArgumentException where one can be no model's name
  public ModelScope {
    models = List.copyOf(models);
    for (String model : models) {
      if (!MODEL.matcher(model).matches()) {
        throw new IllegalArgumentException(
            "'" + model + "' is no name of a model: a-z, 0-9, '.', '_', '-', and * for anything");
      }
    }
  }

  /// Whether it is for every model, so also for calls that tell of all.
  public boolean all() {
    return models.contains("*");
  }

  /// Whether it is for the model `name`, as a path writes it: what is encoded in any way is no
  /// model's name, so only [#all] covers it.
  public boolean covers(String name) {
    for (String model : models) {
      if (model.equals("*") || matches(model, name)) {
        return true;
      }
    }
    return false;
  }

  /// Linear but for the number of stars: after a star the first place that fits will do.
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
