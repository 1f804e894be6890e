package io.slipway.pipeline.frame;

import org.jspecify.annotations.Nullable;

/// An image, height × width × channels, interleaved unless a `layout` step has reordered it.
public record Pixels(int width, int height, int channels, Samples samples) {
  /// The number of values of a byte.
  public static final int LEVELS = 256;

  public sealed interface Samples {}

  /// 0 to 255, unsigned.
  public record Bytes(byte[] each) implements Samples {}

  /// Bytes, interleaved, as indices into a table: byte b of channel c stands for the number
  /// `levels[b * channels + c]`. An operation on each number is applied to the 256 entries of the
  /// table instead of all pixels.
  public record Levels(byte[] each, double[] levels) implements Samples {}

  public record Values(double[] each) implements Samples {}

  public static Pixels of(int width, int height, int channels, byte[] bytes) {
    return new Pixels(width, height, channels, new Bytes(bytes));
  }

  public static Pixels of(int width, int height, int channels, double[] values) {
    return new Pixels(width, height, channels, new Values(values));
  }

  /// The same image with other samples.
  public Pixels with(Samples others) {
    return new Pixels(width, height, channels, others);
  }

  /// The bytes; null where the samples are numbers.
  public byte @Nullable [] bytes() {
    return samples instanceof Bytes(byte[] each) ? each : null;
  }

  /// The numbers; null where the samples are bytes. Computed at each call where they are levels.
  public double @Nullable [] values() {
    return switch (samples) {
      case Bytes _ -> null;
      case Levels(byte[] each, double[] levels) -> looked(each, levels);
      case Values(double[] each) -> each;
    };
  }

  private double[] looked(byte[] bytes, double[] levels) {
    double[] values = new double[bytes.length];
    for (int i = 0, c = 0; i < bytes.length; i++) {
      values[i] = levels[(bytes[i] & 0xff) * channels + c];
      c = c + 1 == channels ? 0 : c + 1;
    }
    return values;
  }
}
