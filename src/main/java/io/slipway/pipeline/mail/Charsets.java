package io.slipway.pipeline.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The charsets of mail by name, and decoding as in Python: invalid bytes become U+FFFD. The known
/// names are listed in `charsets.txt`, which the packager shares, so that neither Java's nor
/// Python's own list matters.
final class Charsets {
  private static final Pattern PUNCTUATION = Pattern.compile("[^a-z0-9]+");
  private static final Map<String, Charset> KNOWN = known();

  private Charsets() {}

  private static Map<String, Charset> known() {
    Map<String, Charset> known = new HashMap<>();
    try (InputStream in = Charsets.class.getResourceAsStream("/mail/charsets.txt")) {
      String table =
          new String(
              Objects.requireNonNull(in, "charsets.txt").readAllBytes(), StandardCharsets.UTF_8);
      table
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(
              row -> {
                for (int i = 2; i < row.length; i++) {
                  known.put(row[i], Charset.forName(row[1]));
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(known);
  }

  /// The charset with this name; null where it is unknown.
  static @Nullable Charset named(@Nullable String name) {
    if (name == null || !name.chars().allMatch(c -> c < 0x80)) {
      return null;
    }
    String plain = PUNCTUATION.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("_");
    int from = plain.startsWith("_") ? 1 : 0;
    int to = plain.length() > from && plain.endsWith("_") ? plain.length() - 1 : plain.length();
    return KNOWN.get(plain.substring(from, to));
  }

  /// Decodes with the charset `name`; where that is null or unknown, as UTF-8 if the bytes are
  /// valid, otherwise as ISO-8859-1.
  static String decode(byte[] bytes, @Nullable String name) {
    Charset charset = named(name);
    return charset == null ? guessed(bytes) : decode(bytes, charset);
  }

  private static String decode(byte[] bytes, Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return utf8(bytes);
    }
    if (charset.name().equals("ISO-2022-JP")) {
      return new Iso2022Jp(bytes).text();
    }
    EastAsian wide = EastAsian.of(charset);
    return wide == null ? new String(bytes, charset) : wide.text(bytes);
  }

  /// As [#decode]; null where a byte is invalid in `charset`.
  static @Nullable String strictly(byte[] bytes, Charset charset) {
    String text = decode(bytes, charset);
    // Of these charsets only UTF-8 contains U+FFFD itself.
    if (text.indexOf('\ufffd') < 0) {
      return text;
    }
    try {
      return charset.equals(StandardCharsets.UTF_8)
          ? charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()
          : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /// The text with U+FFFD for every non-ASCII char.
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

  /// Decodes UTF-8 such that every byte of an encoded surrogate becomes one U+FFFD, as the Unicode
  /// standard recommends; Java replaces all three by one.
  private static String utf8(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      int at = in.position();
      boolean surrogate =
          bytes[at] == (byte) 0xed && at + 1 < bytes.length && (bytes[at + 1] & 0xe0) == 0xa0;
      in.position(at + (surrogate ? 1 : result.length()));
      out.put('\ufffd');
    }
  }
}
