package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;
import java.util.Objects;

/// Operations that rearrange or repeat channels.
final class Arrangement {
  private Arrangement() {}

  /// Converts pixel order (interleaved) to channel order (NCHW).
  static Pixels planar(Pixels in) {
    int channels = in.channels();
    int plane = in.width() * in.height();
    if (channels == 1) {
      return in;
    }
    byte[] bytes = in.bytes();
    if (bytes != null) {
      byte[] planar = new byte[bytes.length];
      for (int i = 0, from = 0; i < plane; i++) {
        for (int c = 0; c < channels; c++) {
          planar[c * plane + i] = bytes[from++];
        }
      }
      return Pixels.of(in.width(), in.height(), channels, planar);
    }
    if (in.samples() instanceof Pixels.Levels(byte[] each, double[] levels)) {
      return Pixels.of(in.width(), in.height(), channels, planar(each, levels, channels));
    }
    double[] values = Floats.values(in);
    double[] planar = Floats.room(values.length);
    for (int i = 0, from = 0; i < plane; i++) {
      for (int c = 0; c < channels; c++) {
        planar[c * plane + i] = values[from++];
      }
    }
    return Pixels.of(in.width(), in.height(), channels, planar);
  }

  private static double[] planar(byte[] bytes, double[] levels, int channels) {
    double[] planar = new double[bytes.length];
    int plane = bytes.length / channels;
    for (int c = 0, to = 0; c < channels; c++) {
      for (int i = 0, from = c; i < plane; i++, from += channels) {
        planar[to++] = levels[(bytes[from] & 0xff) * channels + c];
      }
    }
    return planar;
  }

  /// Repeats a single channel `times` times.
  static Pixels repeated(Pixels in, int times) {
    byte[] bytes = in.bytes();
    if (bytes != null) {
      byte[] repeated = new byte[Math.multiplyExact(bytes.length, times)];
      for (int i = 0; i < repeated.length; i++) {
        repeated[i] = bytes[i / times];
      }
      return Pixels.of(in.width(), in.height(), times, repeated);
    }
    double[] values = Floats.values(in);
    double[] repeated = Floats.room((long) values.length * times);
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = values[i / times];
    }
    return Pixels.of(in.width(), in.height(), times, repeated);
  }

  /// 255 − x for each byte.
  static Pixels inverted(Pixels in) {
    byte[] bytes = Objects.requireNonNull(in.bytes());
    byte[] inverted = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      inverted[i] = (byte) ~bytes[i];
    }
    return Pixels.of(in.width(), in.height(), in.channels(), inverted);
  }
}
