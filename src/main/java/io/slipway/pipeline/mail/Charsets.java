package io.slipway.pipeline.mail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;

/// Bytes to text. What a charset does not have becomes U+FFFD.
final class Charsets {
  private Charsets() {}

  /// Decodes as `name` says; where that is null or no charset, as UTF-8 where the bytes are valid,
  /// else as ISO-8859-1.
  static String decode(byte[] bytes, @Nullable String name) {
    Charset charset = named(name);
    if (charset != null) {
      return new String(bytes, charset);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  static @Nullable Charset named(@Nullable String name) {
    if (name == null) {
      return null;
    }
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }
}
