package io.slipway.openinference;

import io.slipway.bundle.StrictJson;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.ColumnValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// MLServer's parameter `content_type` of an input. `np`, `pd` and `str` only confirm the
/// protocol's own types (arrays, columns of a frame, UTF-8); `base64` marks encoded bytes. Any
/// other value is ignored.
final class ContentType {
  static final String PARAMETER = "content_type";
  private static final String BASE64 = "base64";

  private ContentType() {}

  static boolean isBase64(String contentType) {
    return contentType.equals(BASE64);
  }

  /// Decodes the base64 strings in `tensor`.
  ///
  /// @throws RefusedInput.Invalid where its type is not BYTES, or it is not base64 of UTF-8
  static Tensor decoded(Tensor tensor) {
    if (!(tensor instanceof Tensor.Strings strings)) {
      throw invalid("\"base64\" is for the datatype BYTES");
    }
    String[] texts = new String[strings.data().length];
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = decoded(strings.data()[i].getBytes(StandardCharsets.UTF_8));
      try {
        StrictJson.requireUtf8(bytes, 0, bytes.length);
      } catch (IOException e) {
        throw invalid("element " + i + " is base64 of bytes that are not UTF-8");
      }
      texts[i] = new String(bytes, StandardCharsets.UTF_8);
    }
    return new Tensor.Strings(strings.shape(), texts);
  }

  /// Decodes the base64 strings in `blobs`.
  static ColumnValues.Blobs decoded(ColumnValues.Blobs blobs) {
    byte[][] values = new byte[blobs.values().length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = decoded(blobs.values()[i]);
    }
    return new ColumnValues.Blobs(values);
  }

  private static byte[] decoded(byte[] base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw invalid("expected base64");
    }
  }

  private static RefusedInput.Invalid invalid(String message) {
    return new RefusedInput.Invalid("", "wrong_content", message);
  }
}
