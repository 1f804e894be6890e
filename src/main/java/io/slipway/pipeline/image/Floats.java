package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Operations on pixels as doubles.
final class Floats {
  /// The most doubles of one image, 320 MB: larger images must be resized before.
  private static final int MOST = 40_000_000;

  private Floats() {}

  /// The values of `pixels`, as a new array or its own.
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
  /// @throws RefusedInput.TooLarge where one image would need too much memory
  static double[] room(long count) {
    requireRoom(count);
    return new double[(int) count];
  }

  private static void requireRoom(long count) {
    if (count > MOST) {
      throw new RefusedInput.TooLarge(
          "the image would have " + count + " floating values; at most " + MOST);
    }
  }

  /// (x − mean[c]) / std[c] for the values of channel c.
  static Pixels normalized(Pixels in, double[] mean, double[] std) {
    int channels = in.channels();
    return each(
        in,
        from -> {
          double[] to = new double[from.length];
          for (int i = 0, c = 0; i < from.length; i++) {
            to[i] = (from[i] - mean[c]) / std[c];
            c = c + 1 == channels ? 0 : c + 1;
          }
          return to;
        });
  }

  static Pixels scaled(Pixels in, double factor) {
    return each(
        in,
        from -> {
          double[] to = new double[from.length];
          for (int i = 0; i < from.length; i++) {
            to[i] = from[i] * factor;
          }
          return to;
        });
  }

  /// @param change applied to each number; it gets the numbers of one channel after the other
  private static Pixels each(Pixels in, UnaryOperator<double[]> change) {
    return in.with(
        switch (in.samples()) {
          case Pixels.Values(double[] each) -> new Pixels.Values(change.apply(each));
          case Pixels.Levels(byte[] each, double[] levels) ->
              new Pixels.Levels(each, change.apply(levels));
          case Pixels.Bytes(byte[] each) -> {
            requireRoom(each.length);
            int levels = Pixels.LEVELS * in.channels();
            yield each.length <= levels
                ? new Pixels.Values(change.apply(values(in)))
                : new Pixels.Levels(each, change.apply(themselves(levels, in.channels())));
          }
        });
  }

  /// The table in which each byte stands for itself.
  private static double[] themselves(int levels, int channels) {
    double[] themselves = new double[levels];
    for (int i = 0; i < levels; i++) {
      themselves[i] = i / channels;
    }
    return themselves;
  }
}
