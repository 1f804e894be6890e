package io.slipway.pipeline.image;

import org.jspecify.annotations.Nullable;

/// Iterates over the images of a GIF, reading the blocks between them.
final class GifBlocks {
  /// The position of one image on the screen, and how it is painted.
  ///
  /// @param palette RGB triples; null means that index i is grey level i
  /// @param transparent the index of transparent pixels; -1 where there is none
  /// @param dataAt the position of its compressed data
  record Image(
      int left,
      int top,
      int width,
      int height,
      boolean interlaced,
      byte @Nullable [] palette,
      int transparent,
      int disposal,
      int dataAt) {}

  private final Octets in;
  final int width;
  final int height;
  final int background;
  private final byte @Nullable [] global;
  private int at;

  /// Kept for images without their own value, as in Pillow.
  private int disposal;

  GifBlocks(Octets in) {
    this.in = in;
    width = in.u16le(6);
    height = in.u16le(8);
    int flags = in.u8(10);
    background = (flags & 128) == 0 ? 0 : in.u8(11);
    at = 13;
    global = (flags & 128) == 0 ? null : palette(flags);
  }

  /// The next image; null at the end of the file.
  @Nullable Image next() {
    int transparent = -1;
    while (at < in.size()) {
      int block = in.u8(at++);
      if (block == ';') {
        return null;
      }
      if (block == '!') {
        if (in.u8(at) == 249 && in.u8(at + 1) >= 4) {
          int flags = in.u8(at + 2);
          transparent = (flags & 1) == 0 ? transparent : in.u8(at + 5);
          disposal = (flags >> 2 & 7) == 0 ? disposal : flags >> 2 & 7;
        }
        at++;
        skip();
      } else if (block == ',') {
        Image image = image(transparent);
        at++;
        skip();
        return image;
      }
    }
    return null;
  }

  private Image image(int transparent) {
    int start = at;
    int flags = in.u8(at + 8);
    at += 9;
    byte[] palette = (flags & 128) == 0 ? global : palette(flags);
    return new Image(
        in.u16le(start),
        in.u16le(start + 2),
        in.u16le(start + 4),
        in.u16le(start + 6),
        (flags & 64) != 0,
        palette,
        transparent,
        disposal,
        at);
  }

  /// Reads a palette; null where it is the grey ramp.
  private byte @Nullable [] palette(int flags) {
    int entries = 2 << (flags & 7);
    in.require(at, entries * 3);
    byte[] palette = new byte[256 * 3];
    System.arraycopy(in.bytes(), at, palette, 0, entries * 3);
    at += entries * 3;
    for (int i = 0; i < entries * 3; i++) {
      if (palette[i] != (byte) (i / 3)) {
        return palette;
      }
    }
    return null;
  }

  /// Skips sub-blocks; a file that ends within them has no further images.
  private void skip() {
    while (at < in.size()) {
      int length = in.u8(at++);
      if (length == 0) {
        return;
      }
      at += length;
    }
  }
}
