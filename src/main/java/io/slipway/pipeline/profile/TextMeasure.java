package io.slipway.pipeline.profile;

import org.jspecify.annotations.Nullable;

/// The shape of a text as numbers, which contain none of its words.
enum TextMeasure {
  LENGTH,
  UPPER,
  DIGITS,
  NON_ASCII;

  /// The longest part of a text whose characters are counted.
  private static final int MOST = 4_096;

  /// The name of the measure of the text `name`.
  String nameOf(String name) {
    return name
        + switch (this) {
          case LENGTH -> ".length";
          case UPPER -> ".upper";
          case DIGITS -> ".digits";
          case NON_ASCII -> ".non_ascii";
        };
  }

  /// The number of characters, or the share of those of a kind; NaN where there is no text.
  double of(@Nullable String text) {
    if (text == null) {
      return Double.NaN;
    }
    if (this == LENGTH) {
      return text.length();
    }
    int end = Math.min(text.length(), MOST);
    int count = 0;
    for (int i = 0; i < end; i++) {
      if (counts(text.charAt(i))) {
        count++;
      }
    }
    return end == 0 ? 0 : (double) count / end;
  }

  private boolean counts(char c) {
    return switch (this) {
      case LENGTH -> true;
      case UPPER -> c < 128 ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
      case DIGITS -> c >= '0' && c <= '9';
      case NON_ASCII -> c >= 128;
    };
  }
}
