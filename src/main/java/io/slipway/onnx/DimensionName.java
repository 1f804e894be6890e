package io.slipway.onnx;

import java.util.regex.Pattern;

/// Recognises placeholders that exporters write for unknown dimensions: `?` (Paddle), `unk__17`
/// (TensorFlow), `None` (Keras), `__dynamic_dimension__` (OpenVINO), a number. Dimensions with the
/// same placeholder need not be equal.
final class DimensionName {
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "[^\\p{L}]*|none|null|nan|any|dynamic|unk(_*\\d*)|unknown.*|undefined.*"
              + "|__dynamic_dimension__",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private DimensionName() {}

  /// The name `declared`, or "" where it is a placeholder.
  static String of(String declared) {
    return UNKNOWN.matcher(declared.strip()).matches() ? "" : declared;
  }
}
