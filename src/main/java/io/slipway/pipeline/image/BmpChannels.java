package io.slipway.pipeline.image;

import java.util.Set;

/// The bit masks of the channels in a BMP's pixels.
///
/// @param alpha 0 where there is none
record BmpChannels(int red, int green, int blue, int alpha) {
  /// 24 and 32 bits without bit fields.
  static final BmpChannels BGR = new BmpChannels(0xff0000, 0xff00, 0xff, 0);

  /// 16 bits without bit fields.
  static final BmpChannels FIVE = new BmpChannels(0x7c00, 0x3e0, 0x1f, 0);

  private static final BmpChannels SIX = new BmpChannels(0xf800, 0x7e0, 0x1f, 0);
  private static final BmpChannels NONE = new BmpChannels(0, 0, 0, 0);
  private static final BmpChannels BGRA = new BmpChannels(0xff0000, 0xff00, 0xff, 0xff000000);

  /// The 32-bit layouts that Pillow supports, as in its documentation.
  private static final Set<BmpChannels> KNOWN =
      Set.of(
          BGR,
          BGRA,
          new BmpChannels(0xff000000, 0xff0000, 0xff00, 0),
          new BmpChannels(0xff000000, 0xff00, 0xff, 0),
          new BmpChannels(0xff000000, 0xff0000, 0xff00, 0xff),
          new BmpChannels(0xff, 0xff00, 0xff0000, 0xff000000),
          new BmpChannels(0xff000000, 0xff00, 0xff, 0xff0000));

  /// This layout, or its supported equivalent; refuses unknown layouts.
  BmpChannels known(int bits) {
    BmpChannels opaque = new BmpChannels(red, green, blue, 0);
    if (bits == 32 && equals(NONE)) {
      return BGRA;
    }
    if (bits == 32 && KNOWN.contains(this)) {
      return this;
    }
    if (bits == 24 && opaque.equals(BGR)
        || bits == 16 && (opaque.equals(FIVE) || opaque.equals(SIX))) {
      return opaque;
    }
    throw Corrupt.image("the BMP's bit fields are not supported");
  }

  /// The sample of `pixel` under `mask`, scaled to 0 to 255.
  static byte sample(int pixel, int mask) {
    int shift = Integer.numberOfTrailingZeros(mask);
    int most = mask >>> shift;
    return (byte) (((pixel & mask) >>> shift) * 255 / most);
  }
}
