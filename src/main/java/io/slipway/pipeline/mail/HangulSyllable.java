package io.slipway.pipeline.mail;

/// A Hangul syllable in EUC-KR that has no code of its own: eight bytes, a filler and three letters
/// (initial consonant, vowel, final consonant or filler), each of two bytes that begin with A4. See
/// KS X 1001:1998, annex 3.
final class HangulSyllable {
  static final int LENGTH = 8;

  private static final int LETTER = 0xa4;
  private static final int FILLER = 0xd4;
  private static final int FIRST_VOWEL = 0xbf;
  private static final int VOWELS = 21;

  /// The consonants in the order of their syllables, each by its second byte.
  private static final String INITIALS =
      "\u00a1\u00a2\u00a4\u00a7\u00a8\u00a9\u00b1\u00b2\u00b3\u00b5\u00b6\u00b7\u00b8\u00b9\u00ba"
          + "\u00bb\u00bc\u00bd\u00be";

  private static final String FINALS =
      "\u00d4\u00a1\u00a2\u00a3\u00a4\u00a5\u00a6\u00a7\u00a9\u00aa\u00ab\u00ac\u00ad\u00ae\u00af"
          + "\u00b0\u00b1\u00b2\u00b4\u00b5\u00b6\u00b7\u00b8\u00ba\u00bb\u00bc\u00bd\u00be";

  private HangulSyllable() {}

  /// Whether such a syllable begins at `at`; it may be cut off or faulty.
  static boolean beginsAt(byte[] bytes, int at) {
    return at + 1 < bytes.length
        && (bytes[at] & 0xff) == LETTER
        && (bytes[at + 1] & 0xff) == FILLER;
  }

  /// The syllable in the eight bytes from `at`; 0 where they are none.
  static char read(byte[] bytes, int at) {
    for (int i = 2; i < LENGTH; i += 2) {
      if ((bytes[at + i] & 0xff) != LETTER) {
        return 0;
      }
    }
    int initial = INITIALS.indexOf(bytes[at + 3] & 0xff);
    int vowel = (bytes[at + 5] & 0xff) - FIRST_VOWEL;
    int last = FINALS.indexOf(bytes[at + 7] & 0xff);
    boolean known = initial >= 0 && vowel >= 0 && vowel < VOWELS && last >= 0;
    return known ? (char) ('\uac00' + (initial * VOWELS + vowel) * FINALS.length() + last) : 0;
  }
}
