package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;

/// PyTorch's `interpolate` on floating-point values with `align_corners=False`: without
/// antialiasing (`nearest`, `bilinear`, `bicubic` with a = −0.75 and repeated borders) or with it
/// (`bilinear`, `bicubic` with a = −0.5). Positions are computed in single precision, as in
/// PyTorch; sums in double.
final class TorchResampler {
  private TorchResampler() {}

  /// Output i is the sum of the inputs `indices[i]` with `weights[i]`.
  private record Taps(int[][] indices, double[][] weights) {

    static Taps of(int inSize, int outSize, Filter filter, boolean antialias) {
      Taps taps = new Taps(new int[outSize][], new double[outSize][]);
      float scale = (float) inSize / outSize;
      for (int i = 0; i < outSize; i++) {
        if (antialias) {
          taps.filtered(i, inSize, scale, filter);
        } else if (filter == Filter.NEAREST) {
          taps.indices[i] = new int[] {Math.min((int) (i * scale), inSize - 1)};
          taps.weights[i] = new double[] {1};
        } else {
          float position = scale * (i + 0.5f) - 0.5f;
          if (filter == Filter.BILINEAR) {
            taps.linear(i, inSize, Math.max(0, position));
          } else {
            taps.cubic(i, inSize, position);
          }
        }
      }
      return taps;
    }

    private void linear(int i, int inSize, float position) {
      int low = Math.min((int) position, inSize - 1);
      float share = Math.clamp(position - low, 0f, 1f);
      indices[i] = new int[] {low, Math.min(low + 1, inSize - 1)};
      weights[i] = new double[] {1f - share, share};
    }

    private void cubic(int i, int inSize, float position) {
      int low = (int) Math.floor(position);
      float share = position - low;
      indices[i] = new int[4];
      weights[i] = new double[4];
      for (int k = 0; k < 4; k++) {
        indices[i][k] = Math.clamp(low - 1 + k, 0, inSize - 1);
        weights[i][k] = Filter.cubic(Math.abs(share + 1 - k), -0.75);
      }
    }

    private void filtered(int i, int inSize, float scale, Filter filter) {
      float filterScale = Math.max(1, scale);
      float support = (float) filter.support * filterScale;
      float center = scale * (i + 0.5f);
      int first = Math.max(0, (int) (center - support + 0.5f));
      int count = Math.min(inSize, (int) (center + support + 0.5f)) - first;
      indices[i] = new int[count];
      weights[i] = new double[count];
      double sum = 0;
      for (int k = 0; k < count; k++) {
        indices[i][k] = first + k;
        weights[i][k] = filter.weight((k + first - center + 0.5f) / filterScale);
        sum += weights[i][k];
      }
      for (int k = 0; k < count; k++) {
        weights[i][k] /= sum;
      }
    }
  }

  static Pixels resize(Pixels in, int width, int height, Filter filter, boolean antialias) {
    double[] across = Floats.values(in);
    int channels = in.channels();
    if (width != in.width()) {
      Taps taps = Taps.of(in.width(), width, filter, antialias);
      across = apply(taps, across, in.height(), in.width(), channels);
    }
    if (height != in.height()) {
      Taps taps = Taps.of(in.height(), height, filter, antialias);
      across = apply(taps, across, 1, in.height(), width * channels);
    }
    return Pixels.of(width, height, channels, across);
  }

  /// Resamples the middle of three dimensions, `outer` × `inSize` × `inner`.
  private static double[] apply(Taps taps, double[] in, int outer, int inSize, int inner) {
    int outSize = taps.indices.length;
    double[] out = Floats.room((long) outer * outSize * inner);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < outSize; i++) {
        int to = (o * outSize + i) * inner;
        for (int k = 0; k < taps.indices[i].length; k++) {
          int from = (o * inSize + taps.indices[i][k]) * inner;
          double weight = taps.weights[i][k];
          for (int c = 0; c < inner; c++) {
            out[to + c] += in[from + c] * weight;
          }
        }
      }
    }
    return out;
  }
}
