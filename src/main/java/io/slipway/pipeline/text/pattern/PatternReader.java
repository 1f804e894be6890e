package io.slipway.pipeline.text.pattern;

/// A cursor over a pattern, with the escapes for single characters.
final class PatternReader {
  private static final int MAX_LENGTH = 10_000;

  private final int[] pattern;
  private int at;

  /// @throws BadPattern where `pattern` is too long
  PatternReader(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new BadPattern("the pattern is longer than " + MAX_LENGTH + " characters");
    }
    this.pattern = pattern.codePoints().toArray();
  }

  BadPattern bad(String message) {
    return new BadPattern(message + " at position " + at);
  }

  boolean atEnd() {
    return at == pattern.length;
  }

  int at() {
    return at;
  }

  /// Moves to a position that was read before.
  void at(int place) {
    at = place;
  }

  /// Reads the next character.
  int next() {
    if (atEnd()) {
      throw bad("the pattern ends too early");
    }
    return pattern[at++];
  }

  /// The next character, without reading it; -1 at the end.
  int peek() {
    return at < pattern.length ? pattern[at] : -1;
  }

  /// Reads `text` if it is next.
  boolean accept(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= pattern.length || pattern[at + i] != text.charAt(i)) {
        return false;
      }
    }
    at += text.length();
    return true;
  }

  /// Reads up to and including `end`.
  String until(char end) {
    int start = at;
    while (peek() != end) {
      if (peek() == -1) {
        throw bad("missing " + end);
      }
      at++;
    }
    return new String(pattern, start, at++ - start);
  }

  /// Whether the next characters are `digits` octal digits.
  boolean isOctal(int digits) {
    for (int i = 0; i < digits; i++) {
      if (at + i >= pattern.length || pattern[at + i] < '0' || pattern[at + i] > '7') {
        return false;
      }
    }
    return true;
  }

  /// Reads an escape for a single character, after its backslash.
  int character() {
    int c = peek();
    at++;
    return switch (c) {
      case 'a' -> 7;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        yield octal();
      }
      case -1 -> throw bad("bad escape (end of pattern)");
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw bad("bad escape \\" + (char) c);
        }
        yield c;
      }
    };
  }

  private int octal() {
    int value = 0;
    for (int i = 0; i < 3 && isOctal(1); i++) {
      value = value * 8 + (pattern[at++] - '0');
    }
    if (value > 0377) {
      throw bad("octal escape outside of range 0-0o377");
    }
    return value;
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw bad("incomplete escape");
      }
      value = value * 16 + digit;
      at++;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw bad("no such character");
    }
    return (int) value;
  }
}
