package io.slipway.pipeline.text;

/// Python's `str.lower`.
///
/// `String.toLowerCase` decides about the final sigma by word boundaries, which is another rule,
/// and takes quadratic time for it: 80,000 capital sigmas keep it busy for minutes. This is linear.
/// The Unicode version is the Java runtime's.
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
        // The only character whose lower case is two.
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

  /// Unicode's condition Final_Sigma: a cased letter before and none after, ignorable characters in
  /// between. A sigma is not ignorable, so that no stretch is searched more than twice.
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

  /// Unicode's property Case_Ignorable: marks, formats, modifiers, and what may stand inside a
  /// word.
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
