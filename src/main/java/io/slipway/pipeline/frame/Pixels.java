package io.slipway.pipeline.frame;

import org.jspecify.annotations.Nullable;

/// An image, height × width × channels, interleaved unless a `layout` step has reordered it.
/// Exactly one of `bytes` (unsigned, 0 to 255) and `values` is present.
public record Pixels(
    int width, int height, int channels, byte @Nullable [] bytes, double @Nullable [] values) {

  public Pixels {
    if ((bytes == null) == (values == null)) {
      throw new IllegalArgumentException("either bytes or values");
    }
  }

  public static Pixels of(int width, int height, int channels, byte[] bytes) {
    return new Pixels(width, height, channels, bytes, null);
  }

  public static Pixels of(int width, int height, int channels, double[] values) {
    return new Pixels(width, height, channels, null, values);
  }
}
