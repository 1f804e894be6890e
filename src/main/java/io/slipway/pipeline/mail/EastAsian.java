package io.slipway.pipeline.mail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A charset with codes of one to four bytes, in EUC-KR also of eight, decoded as in Python: the
/// first byte of an unknown code becomes U+FFFD, and decoding continues with the second; a code cut
/// off at the end becomes one U+FFFD. Uses Java's tables, except for the few codes that Python
/// decodes differently.
enum EastAsian {
  BIG5("Big5", "a15a2574 a1c3ffe3 a1c502cd a1feff0f a240ff3c"),
  EUC_JP("EUC-JP", "a1bd2015 8fa2b7007e"),
  SHIFT_JIS("Shift_JIS", "815c2015"),
  EUC_KR("EUC-KR", "a2e8fffd"),
  UHC("x-windows-949", ""),
  GB2312("GB2312", ""),
  GBK("GBK", "a2e3fffd a8922295"),
  GB18030(
      "GB18030",
      "a6d9e78d a6dae78e a6dbe78f a6dce790 a6dde791 a6dee792 a6dfe793 a6ece794 a6ede795 a6f3e796 "
          + "a8bce7c7 fe59e81e fe61e826 fe66e82b fe67e82c fe6de832 fe7ee843 fe90e854 fea0e864");

  private static final Map<String, EastAsian> BY_NAME = new HashMap<>();

  static {
    for (EastAsian each : values()) {
      BY_NAME.put(each.name, each);
    }
  }

  private final String name;

  /// The codes that Python decodes differently, with its results; U+FFFD where it has no such code.
  private final Map<Integer, Character> others = new HashMap<>();

  /// @param others pairs of code and character, in hexadecimal
  EastAsian(String name, String others) {
    this.name = name;
    for (String other : others.isEmpty() ? new String[0] : others.split(" ")) {
      int behind = other.length() - 4;
      int code = Integer.parseInt(other.substring(0, behind), 16);
      this.others.put(code, (char) Integer.parseInt(other.substring(behind), 16));
    }
  }

  /// The decoder for `charset`; null where it is none of these.
  static @Nullable EastAsian of(Charset charset) {
    return BY_NAME.get(charset.name());
  }

  String text(byte[] bytes) {
    CharsetDecoder decoder = Charset.forName(name).newDecoder();
    StringBuilder text = new StringBuilder(bytes.length);
    CharBuffer decoded = CharBuffer.allocate(4);
    for (int at = 0; at < bytes.length; ) {
      if (bytes[at] >= 0) {
        text.append((char) bytes[at++]);
        continue;
      }
      int length = length(bytes, at);
      if (length > bytes.length - at) {
        return text.append('\ufffd').toString();
      }
      if (decode(bytes, at, length, decoder, decoded.clear())) {
        text.append(decoded.flip());
        at += length;
      } else {
        text.append('\ufffd');
        at++;
      }
    }
    return text.toString();
  }

  /// The length in bytes of the code at `at`, according to its first bytes.
  private int length(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    return switch (this) {
      case EUC_JP -> first == 0x8f ? 3 : 2;
      case SHIFT_JIS -> first >= 0x81 && first <= 0x9f || first >= 0xe0 && first <= 0xfc ? 2 : 1;
      case GB18030 -> at + 1 < bytes.length && bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
      case EUC_KR -> HangulSyllable.beginsAt(bytes, at) ? HangulSyllable.LENGTH : 2;
      case UHC, GBK, BIG5, GB2312 -> 2;
    };
  }

  private boolean decode(
      byte[] bytes, int at, int length, CharsetDecoder decoder, CharBuffer decoded) {
    if (length == HangulSyllable.LENGTH) {
      char syllable = HangulSyllable.read(bytes, at);
      decoded.put(syllable);
      return syllable != 0;
    }
    int number = 0;
    for (int i = at; i < at + length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    Character other = others.get(number);
    if (other != null) {
      decoded.put(other);
      return other != '\ufffd';
    }
    decoder.reset();
    ByteBuffer code = ByteBuffer.wrap(bytes, at, length);
    CoderResult result = decoder.decode(code, decoded, true);
    if (result.isError() || code.hasRemaining() || decoder.flush(decoded).isError()) {
      return false;
    }
    boolean one =
        decoded.position() == Character.charCount(Character.codePointAt(decoded.array(), 0));
    return one && !(hasNoPrivateUse() && isPrivate(decoded.get(0)));
  }

  /// Whether Python lacks the private-use codes that Java has.
  private boolean hasNoPrivateUse() {
    return switch (this) {
      case UHC, GBK -> true;
      case BIG5, EUC_JP, SHIFT_JIS, EUC_KR, GB2312, GB18030 -> false;
    };
  }

  private static boolean isPrivate(char c) {
    return c >= '\ue000' && c <= '\uf8ff';
  }
}
