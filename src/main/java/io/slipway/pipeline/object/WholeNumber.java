package io.slipway.pipeline.object;

/// Parses the integer value of a JSON number from its digits, without rounding to a double first.
/// Linear in the length of the text, whatever the exponent is.
final class WholeNumber {
  /// The largest magnitude of an integer: every whole number up to here is exact as a double.
  static final long LIMIT = 1L << 53;

  /// The result for an integer beyond ±[#LIMIT].
  static final long BEYOND = Long.MAX_VALUE;

  /// The result for a number that is not an integer.
  static final long FRACTION = Long.MIN_VALUE;

  /// More digits than [#LIMIT] has.
  private static final int MOST_DIGITS = 16;

  private static final int MOST_EXPONENT = 1_000_000_000;

  private WholeNumber() {}

  /// `value` itself, or [#BEYOND].
  static long of(long value) {
    return value >= -LIMIT && value <= LIMIT ? value : BEYOND;
  }

  /// The integer in `json`, such as `5`, `5.0` or `5e3`; otherwise [#BEYOND] or [#FRACTION].
  static long of(String json) {
    int end = 0;
    while (end < json.length() && (json.charAt(end) | 0x20) != 'e') {
      end++;
    }
    long scale = exponent(json, end + 1);
    boolean point = false;
    long digits = 0; // up to the last nonzero digit
    int count = 0; // the number of digits in `digits`, without leading zeros
    int zeros = 0; // the number of zeros after them
    for (int i = 0; i < end; i++) {
      char c = json.charAt(i);
      if (c == '.') {
        point = true;
      } else if (c >= '0' && c <= '9') {
        scale -= point ? 1 : 0;
        if (c != '0') {
          for (int zero = 0; zero < zeros && count > 0; zero++) {
            count++;
            digits *= 10;
          }
          count++;
          digits = digits * 10 + (c - '0'); // wrong beyond MOST_DIGITS, where nobody reads it
          zeros = 0;
        } else {
          zeros++;
        }
      }
    }
    if (count == 0) {
      return 0;
    }
    long right = scale + zeros;
    if (right < 0) {
      return FRACTION;
    }
    if (count + right > MOST_DIGITS) {
      return BEYOND;
    }
    for (long zero = 0; zero < right; zero++) {
      digits *= 10;
    }
    return of(json.charAt(0) == '-' ? -digits : digits);
  }

  /// The exponent that starts at `from`, limited to the range that matters.
  private static long exponent(String json, int from) {
    long exponent = 0;
    for (int i = from; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= '0' && c <= '9') {
        exponent = Math.min(MOST_EXPONENT, exponent * 10 + (c - '0'));
      }
    }
    return from < json.length() && json.charAt(from) == '-' ? -exponent : exponent;
  }
}
