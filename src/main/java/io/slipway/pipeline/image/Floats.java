package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.Objects;

/// Pixels as doubles.
final class Floats {
  /// The most doubles of one image, 320 MB: what is larger must be resized before.
  private static final int MOST = 40_000_000;

  private Floats() {}

  /// The values of `pixels`, a new array or its own.
  static double[] values(Pixels pixels) {
    double[] values = pixels.values();
    if (values != null) {
      return values;
    }
    byte[] bytes = Objects.requireNonNull(pixels.bytes());
    values = room(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return values;
  }

  /// A new array of `count` zeros.
  ///
  /// @throws RefusedInput.TooLarge where that is too much memory for one image
  static double[] room(long count) {
    if (count > MOST) {
      throw new RefusedInput.TooLarge(
          "the image would have " + count + " floating values; at most " + MOST);
    }
    return new double[(int) count];
  }

  /// (x − mean[c]) / std[c] for the values of channel c.
  static Pixels normalized(Pixels in, double[] mean, double[] std) {
    double[] from = values(in);
    double[] to = new double[from.length];
    int channels = in.channels();
    for (int i = 0, c = 0; i < from.length; i++) {
      to[i] = (from[i] - mean[c]) / std[c];
      c = c + 1 == channels ? 0 : c + 1;
    }
    return Pixels.of(in.width(), in.height(), channels, to);
  }

  static Pixels scaled(Pixels in, double factor) {
    double[] from = values(in);
    double[] to = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      to[i] = from[i] * factor;
    }
    return Pixels.of(in.width(), in.height(), in.channels(), to);
  }
}
