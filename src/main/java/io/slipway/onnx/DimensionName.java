package io.slipway.onnx;

import java.util.regex.Pattern;

/// Tells the names of dimensions from what exporters write where they know none: `?` (Paddle),
/// `unk__17` (TensorFlow), `None` (Keras), `__dynamic_dimension__` (OpenVINO), a number. These are
/// not equal because they are called the same.
final class DimensionName {
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "[^\\p{L}]*|none|null|nan|any|dynamic|unk(_*\\d*)|unknown.*|undefined.*"
              + "|__dynamic_dimension__",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private DimensionName() {}

  /// `declared`, or "" where it is no name.
  static String of(String declared) {
    return UNKNOWN.matcher(declared.strip()).matches() ? "" : declared;
  }
}
