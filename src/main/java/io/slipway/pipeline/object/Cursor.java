package io.slipway.pipeline.object;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A fast scanner for plain JSON: ASCII, without escapes, with numbers that fit. Anything else it
/// declines, so that a full parser decides. Whatever it accepts is strict JSON and has exactly the
/// value that the parser would give. For one thread and one body.
final class Cursor {
  /// The longest accepted number, in characters.
  private static final int NUMBER_CHARS = 40;

  /// The most digits of a number: more might not fit into a long.
  private static final int MOST_DIGITS = 18;

  /// Whole numbers up to here are exact as doubles.
  private static final long EXACT = 1L << 53;

  /// The powers of ten that are exact as doubles.
  private static final double[] TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final int end;
  private int at;

  Cursor(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.at = from;
    this.end = from + length;
  }

  /// The current byte; -1 at the end.
  private int peek() {
    return at < end ? bytes[at] : -1;
  }

  private void skipSpace() {
    while (at < end && bytes[at] <= ' ') {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      at++;
    }
  }

  /// Skips `mark` and surrounding whitespace; returns whether it was there.
  boolean take(char mark) {
    skipSpace();
    if (peek() != mark) {
      return false;
    }
    at++;
    skipSpace();
    return true;
  }

  /// Whether only whitespace is left.
  boolean ended() {
    skipSpace();
    return at == end;
  }

  /// Skips the quoted member name `name`; returns whether it was there.
  boolean take(byte[] name) {
    int close = at + 1 + name.length;
    if (close >= end || bytes[at] != '"' || bytes[close] != '"') {
      return false;
    }
    for (int i = 0, j = at + 1; i < name.length; i++, j++) {
      if (bytes[j] != name[i]) {
        return false;
      }
    }
    at = close + 1;
    return true;
  }

  /// Skips `{"name":[`, if it is there; otherwise does not move.
  boolean takes(byte[] name) {
    int from = at;
    if (take('{') && take(name) && take(':') && take('[')) {
      return true;
    }
    at = from;
    return false;
  }

  private boolean literal(byte[] word) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (bytes[at + i] != word[i]) {
        return false;
      }
    }
    at += word.length;
    return true;
  }

  boolean takeNull() {
    return literal(NULL);
  }

  /// Reads a boolean: 1 for true, 0 for false, -1 for anything else.
  int flag() {
    return literal(TRUE) ? 1 : literal(FALSE) ? 0 : -1;
  }

  /// Reads a string; null where it is not plain.
  @Nullable String string() {
    if (peek() != '"') {
      return null;
    }
    int from = at + 1;
    int to = from;
    while (to < end && bytes[to] != '"') {
      // Non-ASCII bytes are negative, so they are declined here too.
      if (bytes[to] < ' ' || bytes[to] == '\\') {
        return null;
      }
      to++;
    }
    if (to == end) {
      return null;
    }
    at = to + 1;
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /// Reads a number; NaN where there is none, or one that is not plain. The caller checks what
  /// follows.
  double number() {
    int from = at;
    int i = from;
    boolean negative = i < end && bytes[i] == '-';
    if (negative) {
      i++;
    }
    long digits = 0;
    int count = 0;
    int first = i;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
      digits = digits * 10 + (bytes[i] - '0');
      count += digits == 0 ? 0 : 1;
      if (count > MOST_DIGITS) {
        return Double.NaN;
      }
      i++;
    }
    if (i == first || bytes[first] == '0' && i > first + 1) {
      return Double.NaN;
    }
    boolean whole = true;
    int scale = 0;
    if (i < end && bytes[i] == '.') {
      whole = false;
      first = ++i;
      while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
        digits = digits * 10 + (bytes[i] - '0');
        count += digits == 0 ? 0 : 1;
        if (count > MOST_DIGITS) {
          return Double.NaN;
        }
        i++;
      }
      scale = first - i;
      if (i == first) {
        return Double.NaN;
      }
    }
    if (i < end && (bytes[i] | 0x20) == 'e') {
      whole = false;
      i++;
      boolean down = i < end && bytes[i] == '-';
      if (down || i < end && bytes[i] == '+') {
        i++;
      }
      first = i;
      int exponent = 0;
      while (i < end && bytes[i] >= '0' && bytes[i] <= '9' && i - first < 4) {
        exponent = exponent * 10 + (bytes[i] - '0');
        i++;
      }
      if (i == first) {
        return Double.NaN;
      }
      scale += down ? -exponent : exponent;
    }
    if (i - from > NUMBER_CHARS) {
      return Double.NaN;
    }
    at = i;
    return value(from, negative, digits, scale, whole);
  }

  /// Reads a whole number; NaN where there is none, or one that is not plain: a decimal point must
  /// be followed by zeros only, and an exponent is declined. The caller checks what follows.
  double whole() {
    int i = at;
    boolean negative = i < end && bytes[i] == '-';
    if (negative) {
      i++;
    }
    int first = i;
    long digits = 0;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '9' && i - first < MOST_DIGITS) {
      digits = digits * 10 + (bytes[i] - '0');
      i++;
    }
    if (i == first || bytes[first] == '0' && i > first + 1) {
      return Double.NaN;
    }
    if (i < end && bytes[i] == '.') {
      int point = i++;
      while (i < end && bytes[i] == '0' && i - point < NUMBER_CHARS) {
        i++;
      }
      if (i == point + 1) {
        return Double.NaN;
      }
    }
    if (i < end && (bytes[i] >= '0' && bytes[i] <= '9' || (bytes[i] | 0x20) == 'e')) {
      return Double.NaN;
    }
    at = i;
    return negative ? -digits : digits;
  }

  /// The double nearest to `digits`·10^`scale`, as in [Double#parseDouble]: both factors are exact,
  /// so there is a single rounding.
  private double value(int from, boolean negative, long digits, int scale, boolean whole) {
    double value;
    if (whole) {
      // A parser reads "-0" as an integer, which has no sign.
      return negative ? -digits : digits;
    } else if (digits <= EXACT && scale <= 0 && -scale < TEN.length) {
      value = digits / TEN[-scale];
    } else if (digits <= EXACT && scale > 0 && scale < TEN.length) {
      value = digits * TEN[scale];
    } else {
      return Double.parseDouble(new String(bytes, from, at - from, StandardCharsets.ISO_8859_1));
    }
    return negative ? -value : value;
  }
}
