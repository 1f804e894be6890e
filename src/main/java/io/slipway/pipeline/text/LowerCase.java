package io.slipway.pipeline.text;

/// Python's `str.lower`.
///
/// `String.toLowerCase` decides about the final sigma by word boundaries, which is a different
/// rule, and in quadratic time: 80,000 capital sigmas take minutes. This class is linear. The
/// Unicode version is that of the Java runtime.
final class LowerCase {
  private static final char SIGMA = 'Σ';
  private static final int DOTTED_I = 'İ';

  private LowerCase() {}

  static String of(String text) {
    int at = 0;
    while (at < text.length() && staysAsItIs(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder lower = new StringBuilder(text.length() + 8).append(text, 0, at);
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (c < 128) {
        lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : (char) c);
      } else if (c == SIGMA) {
        lower.append(isFinal(text, at) ? 'ς' : 'σ');
      } else if (c == DOTTED_I) {
        // The only character whose lower case has two code points.
        lower.append("i\u0307");
      } else {
        lower.appendCodePoint(Character.toLowerCase(c));
      }
      at += Character.charCount(c);
    }
    return lower.toString();
  }

  private static boolean staysAsItIs(char c) {
    return c < 128 && (c < 'A' || c > 'Z');
  }

  /// Unicode's condition Final_Sigma: preceded by a cased letter and not followed by one, ignoring
  /// certain characters. A sigma is not ignorable, so no stretch is searched more than twice.
  private static boolean isFinal(String text, int at) {
    int i = at;
    int before = 0;
    while (i > 0) {
      before = text.codePointBefore(i);
      if (!isCaseIgnorable(before)) {
        break;
      }
      i -= Character.charCount(before);
    }
    if (i == 0 || !isCased(before)) {
      return false;
    }
    for (i = at + 1; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int after = text.codePointAt(i);
      if (!isCaseIgnorable(after)) {
        return !isCased(after);
      }
    }
    return true;
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  /// Unicode's property Case_Ignorable: marks, format characters, modifiers, and characters that
  /// occur inside words.
  private static boolean isCaseIgnorable(int c) {
    return switch (c) {
      case '\'',
          '.',
          ':',
          0xB7,
          0x387,
          0x55F,
          0x5F4,
          0x2018,
          0x2019,
          0x2024,
          0x2027,
          0xFE13,
          0xFE52,
          0xFE55,
          0xFF07,
          0xFF0E,
          0xFF1A ->
          true;
      default ->
          switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK,
                Character.ENCLOSING_MARK,
                Character.FORMAT,
                Character.MODIFIER_LETTER,
                Character.MODIFIER_SYMBOL ->
                true;
            default -> false;
          };
    };
  }
}
