package io.slipway.pipeline.mail;

import java.nio.charset.StandardCharsets;

/// Decodes ISO-2022-JP, whose escape sequences switch between ASCII, JIS X 0201 and JIS X 0208, as
/// Python does: a sequence for another set, a non-ASCII byte, or an unknown code becomes one
/// U+FFFD; any other escape stays as it is.
final class Iso2022Jp {
  private static final byte ESCAPE = 0x1b;

  /// The longest recognised escape sequence.
  private static final int LONGEST = 16;

  private enum Set {
    ASCII,
    ROMAN,
    KANJI
  }

  private final byte[] bytes;
  private final StringBuilder text;
  private Set set = Set.ASCII;
  private boolean literal;
  private int at;

  Iso2022Jp(byte[] bytes) {
    this.bytes = bytes;
    text = new StringBuilder(bytes.length);
  }

  String text() {
    while (at < bytes.length) {
      byte b = bytes[at];
      if (literal) {
        text.append((char) (b & 0xff));
        literal = !isEnd(b);
        at++;
      } else if (b == ESCAPE) {
        escape();
      } else if (b < 0) {
        fault(1);
      } else if (b < 0x20 || set == Set.ASCII) {
        text.append((char) b);
        at++;
      } else if (set == Set.ROMAN) {
        text.append(b == '\\' ? '\u00a5' : b == '~' ? '\u203e' : (char) b);
        at++;
      } else {
        kanji();
      }
    }
    return text.toString();
  }

  private void fault(int length) {
    text.append('\ufffd');
    at += length;
  }

  private void kanji() {
    if (at + 1 == bytes.length) {
      fault(1);
      return;
    }
    byte[] code = {(byte) (bytes[at] | 0x80), (byte) (bytes[at + 1] | 0x80)};
    boolean plain = bytes[at] >= 0x21 && bytes[at] <= 0x7e && bytes[at + 1] >= 0x21;
    plain &= bytes[at + 1] <= 0x7e;
    String kanji = plain ? EastAsian.EUC_JP.text(code) : "\ufffd";
    if (kanji.length() != 1 || kanji.charAt(0) == '\ufffd') {
      fault(2);
      return;
    }
    text.append(kanji);
    at += 2;
  }

  private void escape() {
    if (at + 1 == bytes.length) {
      fault(1);
      return;
    }
    if ("()$.&".indexOf(bytes[at + 1]) < 0) {
      text.append((char) ESCAPE);
      literal = true;
      at++;
      return;
    }
    int length = 0;
    for (int i = 1; i < LONGEST && length == 0; i++) {
      if (at + i >= bytes.length) {
        fault(bytes.length - at);
        return;
      }
      if (isEnd(bytes[at + i])) {
        length = i + 1;
      } else if (bytes[at + i] == '&' && at + i + 1 < bytes.length && bytes[at + i + 1] == '@') {
        i += 2;
      }
    }
    if (length == 0) {
      fault(1);
      return;
    }
    String sequence = new String(bytes, at + 1, length - 1, StandardCharsets.ISO_8859_1);
    switch (length == 6 && sequence.endsWith("\u001b$B") ? "$B" : sequence) {
      case "(B" -> set = Set.ASCII;
      case "(J" -> set = Set.ROMAN;
      case "$B", "$@", "$(B", "$(@" -> set = Set.KANJI;
      case ")B", ")J", "$)B", "$)@" -> {
        // Goes to a second place, which nothing switches to.
      }
      default -> {
        fault(length);
        return;
      }
    }
    at += length;
  }

  private static boolean isEnd(byte b) {
    return b >= 'A' && b <= 'Z' || b == '@';
  }
}
