package io.slipway.mlflow;

import io.slipway.registry.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Decodes the part of a request's path after its route.
final class ArtifactPath {
  private ArtifactPath() {}

  /// The decoded rest of `path` after `route`.
  ///
  /// @throws Refusal.InvalidValue where the percent signs are not followed by UTF-8 in digits
  static String decoded(@Nullable String path, String route) {
    if (path == null || !path.startsWith(route)) {
      throw new Refusal.InvalidValue("path", "expected a path in its normal form");
    }
    byte[] raw = path.substring(route.length()).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.put(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new Refusal.InvalidValue("path", "expected two digits after each '%'");
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal.InvalidValue("path", "expected UTF-8");
    }
  }
}
