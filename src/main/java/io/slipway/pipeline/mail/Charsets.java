package io.slipway.pipeline.mail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bytes to text. What a charset does not have becomes U+FFFD.
final class Charsets {
  /// Names that Java does not know, or knows for another charset than mail programs and Python do.
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("cp932", "windows-31j"),
          Map.entry("ms-kanji", "windows-31j"),
          Map.entry("cp949", "x-windows-949"),
          Map.entry("uhc", "x-windows-949"),
          Map.entry("cp950", "x-windows-950"),
          Map.entry("ks-c-5601", "EUC-KR"),
          Map.entry("ks-c-5601-1987", "EUC-KR"),
          Map.entry("korean", "EUC-KR"),
          Map.entry("chinese", "GB2312"),
          Map.entry("gb2312-80", "GB2312"),
          Map.entry("shiftjis", "Shift_JIS"),
          Map.entry("s-jis", "Shift_JIS"),
          Map.entry("ujis", "EUC-JP"),
          Map.entry("iso2022-jp", "ISO-2022-JP"),
          Map.entry("iso2022-kr", "ISO-2022-KR"),
          Map.entry("latin", "ISO-8859-1"),
          Map.entry("latin-1", "ISO-8859-1"),
          Map.entry("8859", "ISO-8859-1"),
          Map.entry("iso8859", "ISO-8859-1"),
          Map.entry("latin7", "ISO-8859-13"),
          Map.entry("macintosh", "x-MacRoman"),
          Map.entry("mac-roman", "x-MacRoman"),
          Map.entry("mac-cyrillic", "x-MacCyrillic"),
          Map.entry("utf", "UTF-8"),
          Map.entry("u8", "UTF-8"),
          Map.entry("cp65001", "UTF-8"));

  private Charsets() {}

  /// Decodes as `name` says; where that is null or no charset, as UTF-8 where the bytes are valid,
  /// else as ISO-8859-1.
  static String decode(byte[] bytes, @Nullable String name) {
    Charset charset = named(name);
    if (charset == null) {
      return guessed(bytes);
    }
    boolean wide = charset.canEncode() && charset.newEncoder().maxBytesPerChar() > 1;
    boolean unicode = charset.name().startsWith("UTF");
    return wide && !unicode ? resumed(bytes, charset) : new String(bytes, charset);
  }

  /// The same text with U+FFFD for every char beyond ASCII.
  static String ascii(String text) {
    char[] chars = text.toCharArray();
    boolean same = true;
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 0x80) {
        chars[i] = '\ufffd';
        same = false;
      }
    }
    return same ? text : new String(chars);
  }

  private static String guessed(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /// Decodes codes of several bytes. Of a damaged one the first byte is replaced and decoding goes
  /// on at the second, as Python has it; Java would take away the second too.
  private static String resumed(byte[] bytes, Charset charset) {
    CharsetDecoder decoder = charset.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out =
        CharBuffer.allocate((int) Math.ceil(bytes.length * decoder.maxCharsPerByte()) + 16);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        break;
      }
      in.position(in.position() + 1);
      out.put('\ufffd');
    }
    decoder.flush(out);
    return out.flip().toString();
  }

  /// The charset of that name; null where there is none.
  static @Nullable Charset named(@Nullable String name) {
    if (name == null) {
      return null;
    }
    String dashed = name.toLowerCase(Locale.ROOT).replace('_', '-');
    String other = OTHERS.get(dashed);
    Charset charset = found(other == null ? name : other);
    if (charset == null) {
      charset = found(dashed);
    }
    return charset != null || !dashed.matches("125[0-8]") ? charset : found("windows-" + dashed);
  }

  private static @Nullable Charset found(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }
}
