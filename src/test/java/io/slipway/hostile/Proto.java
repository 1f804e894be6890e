package io.slipway.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes the wire format of protocol buffers by hand.
final class Proto {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Proto number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  Proto real(int field, float value) {
    varint((long) field << 3 | 5);
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return this;
  }

  Proto text(int field, String value) {
    return bytes(field, value.getBytes(UTF_8));
  }

  Proto bytes(int field, byte[] value) {
    return claimed(field, value.length, value);
  }

  /// @param length what it says that `value` has
  Proto claimed(int field, long length, byte[] value) {
    varint((long) field << 3 | 2);
    varint(length);
    out.writeBytes(value);
    return this;
  }

  Proto message(int field, Proto value) {
    return bytes(field, value.bytes());
  }

  Proto raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  private void varint(long value) {
    while ((value & ~0x7FL) != 0) {
      out.write((int) (value & 0x7F | 0x80));
      value >>>= 7;
    }
    out.write((int) value);
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
