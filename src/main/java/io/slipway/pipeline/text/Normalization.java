package io.slipway.pipeline.text;

import io.slipway.pipeline.frame.RefusedInput;
import java.text.Normalizer;
import java.util.BitSet;

/// Unicode normalization forms (Python's `unicodedata.normalize`) and the removal of accents
/// (scikit-learn's `strip_accents_unicode`).
///
/// Sorting combining marks into canonical order takes quadratic time in the number of consecutive
/// marks, in Java as in Python. So a text with more than [#MAX_MARKS] consecutive marks, which no
/// script needs (Unicode's stream-safe format allows 30), is refused.
final class Normalization {
  static final int MAX_MARKS = 1000;

  private Normalization() {}

  static String normalize(String text, Normalizer.Form form) {
    int marks = 0;
    boolean ascii = true;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      ascii &= c < 128;
      marks = c >= 0x300 && isMark(c) ? marks + 1 : 0;
      if (marks > MAX_MARKS) {
        throw new RefusedInput.TooLarge(
            "the text has more than " + MAX_MARKS + " combining marks in a row");
      }
      i += Character.charCount(c);
    }
    return ascii ? text : Normalizer.normalize(text, form);
  }

  /// Compatibility decomposition without combining characters.
  static String stripAccents(String text) {
    String decomposed = normalize(text, Normalizer.Form.NFKD);
    StringBuilder stripped = new StringBuilder(decomposed.length());
    for (int i = 0; i < decomposed.length(); ) {
      int c = decomposed.codePointAt(i);
      if (c < 0x300 || !Combining.MARKS.get(c)) {
        stripped.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return stripped.toString();
  }

  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /// The characters with a nonzero canonical combining class, which are not all marks. Java does
  /// not expose the class, but normalization reveals it: it moves such a character before U+0345,
  /// which alone has the highest class.
  private static final class Combining {
    static final BitSet MARKS = marks();

    private static BitSet marks() {
      BitSet marks = new BitSet();
      for (int c = 0x300; c <= Character.MAX_CODE_POINT; c++) {
        if (isMark(c)) {
          String mark = Character.toString(c);
          String ordered = Normalizer.normalize("\u0345" + mark, Normalizer.Form.NFD);
          marks.set(c, c == 0x345 || !ordered.startsWith("\u0345"));
        }
      }
      return marks;
    }
  }
}
