package io.slipway.pipeline.image;

/// The bytes of an encoded image. Reading beyond their end refuses the image as truncated.
record Octets(byte[] bytes) {

  int size() {
    return bytes.length;
  }

  int u8(long at) {
    require(at, 1);
    return bytes[(int) at] & 0xff;
  }

  int u16be(long at) {
    return u8(at) << 8 | u8(at + 1);
  }

  int u16le(long at) {
    return u8(at) | u8(at + 1) << 8;
  }

  int i32be(long at) {
    return u16be(at) << 16 | u16be(at + 2);
  }

  int i32le(long at) {
    return u16le(at) | u16le(at + 2) << 16;
  }

  /// Whether the ASCII text `text` is at `at`.
  boolean has(long at, String text) {
    if (at < 0 || at + text.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[(int) at + i] != (byte) text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Refuses the image where fewer than `count` bytes follow at `at`.
  void require(long at, long count) {
    if (at < 0 || at + count > bytes.length) {
      throw Corrupt.image("the image is truncated");
    }
  }
}
