package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.RefusedInput;

/// Pillow's resampling of bytes, bit for bit: separable, antialiased when shrinking, with
/// fixed-point weights of 22 fractional bits and rounding to bytes after each pass; `nearest` picks
/// pixels without antialiasing. The arithmetic is that of libImaging's `Resample.c` and
/// `Geometry.c`.
final class Resampler {
  private static final int FRACTION = 22;
  private static final int HALF = 1 << FRACTION - 1;

  /// The most samples between the two passes; a very narrow image could need many gigabytes.
  private static final long MOST_BETWEEN = 400_000_000;

  /// The most weights of one pass, which only a side of millions of pixels exceeds.
  private static final long MOST_WEIGHTS = 40_000_000;

  private Resampler() {}

  /// The weights of one pass: output i is the sum of `count[i]` inputs from `first[i]` on, with the
  /// weights from `i * stride` on.
  private record Weights(int[] first, int[] count, int[] fixed, int stride) {

    static Weights of(int inSize, float from, float to, int outSize, Filter filter) {
      double scale = (double) (to - from) / outSize;
      double filterScale = Math.max(1, scale);
      double support = filter.support * filterScale;
      int stride = (int) Math.ceil(support) * 2 + 1;
      if ((long) outSize * stride > MOST_WEIGHTS) {
        throw new RefusedInput.TooLarge(
            "a side of " + inSize + " pixels is too long to be resized");
      }
      Weights weights =
          new Weights(new int[outSize], new int[outSize], new int[outSize * stride], stride);
      double[] exact = new double[stride];
      double inverse = 1 / filterScale;
      for (int i = 0; i < outSize; i++) {
        double center = from + (i + 0.5) * scale;
        int first = Math.max(0, (int) (center - support + 0.5));
        int count = Math.min(inSize, (int) (center + support + 0.5)) - first;
        double sum = 0;
        for (int j = 0; j < count; j++) {
          exact[j] = filter.weight((j + first - center + 0.5) * inverse);
          sum += exact[j];
        }
        for (int j = 0; j < count; j++) {
          double weight = sum == 0 ? exact[j] : exact[j] / sum;
          weights.fixed[i * stride + j] =
              (int) (weight * (1 << FRACTION) + (weight < 0 ? -0.5 : 0.5));
        }
        weights.first[i] = first;
        weights.count[i] = count;
      }
      return weights;
    }
  }

  /// Resamples `box` of the image `in` to `width` × `height`.
  ///
  /// @throws RefusedInput.TooLarge where the image is so narrow that the work would be unbounded
  static Raster resize(Raster in, int width, int height, Filter filter, Box box) {
    float boxWidth = box.right() - box.left();
    float boxHeight = box.bottom() - box.top();
    if (box.left() == (int) box.left()
        && box.top() == (int) box.top()
        && boxWidth == width
        && boxHeight == height) {
      return Framing.cut(in, (int) box.left(), (int) box.top(), width, height);
    }
    if (filter == Filter.NEAREST) {
      return nearest(in, width, height, box);
    }
    boolean across = width != in.width() || box.left() != 0 || box.right() != width;
    boolean down = height != in.height() || box.top() != 0 || box.bottom() != height;
    int shrinks = in.height() - height;
    if (shrinks > 0 && shrinks > (in.width() - width) * 2L) {
      // Pillow 13 resizes vertically first where that saves more work.
      requireRoom((long) in.width() * height * in.channels(), in);
      Weights rows = Weights.of(in.height(), box.top(), box.bottom(), height, filter);
      Raster between = down(in, 0, height, rows);
      return across ? across(between, 0, height, width, columns(in, width, filter, box)) : between;
    }
    if (!across) {
      return down(in, 0, height, Weights.of(in.height(), box.top(), box.bottom(), height, filter));
    }
    Weights rows = Weights.of(in.height(), box.top(), box.bottom(), height, filter);
    int first = rows.first[0];
    int used = rows.first[height - 1] + rows.count[height - 1] - first;
    requireRoom((long) width * used * in.channels(), in);
    Raster between = across(in, first, used, width, columns(in, width, filter, box));
    return down ? down(between, first, height, rows) : between;
  }

  private static Weights columns(Raster in, int width, Filter filter, Box box) {
    return Weights.of(in.width(), box.left(), box.right(), width, filter);
  }

  private static void requireRoom(long samples, Raster in) {
    if (samples > MOST_BETWEEN) {
      throw new RefusedInput.TooLarge(
          "an image of " + in.width() + " × " + in.height() + " is too narrow to be resized");
    }
  }

  private static Raster across(Raster in, int firstRow, int rows, int width, Weights weights) {
    int channels = in.channels();
    Raster out = Raster.blank(width, rows, channels);
    byte[] from = in.samples();
    byte[] to = out.samples();
    for (int y = 0, at = 0; y < rows; y++) {
      int row = (firstRow + y) * in.width() * channels;
      for (int x = 0; x < width; x++) {
        int start = row + weights.first[x] * channels;
        int weight = x * weights.stride;
        int end = weight + weights.count[x];
        if (channels == 3) { // a single pass over the weights, for the most common kind of image
          int red = HALF;
          int green = HALF;
          int blue = HALF;
          for (int k = weight, i = start; k < end; k++, i += 3) {
            int w = weights.fixed[k];
            red += (from[i] & 0xff) * w;
            green += (from[i + 1] & 0xff) * w;
            blue += (from[i + 2] & 0xff) * w;
          }
          to[at++] = clipped(red);
          to[at++] = clipped(green);
          to[at++] = clipped(blue);
          continue;
        }
        for (int c = 0; c < channels; c++) {
          int sum = HALF;
          for (int k = weight, i = start + c; k < end; k++, i += channels) {
            sum += (from[i] & 0xff) * weights.fixed[k];
          }
          to[at++] = clipped(sum);
        }
      }
    }
    return out;
  }

  /// @param firstRow the row of the original that is row 0 of `in`
  private static Raster down(Raster in, int firstRow, int height, Weights weights) {
    int length = in.width() * in.channels();
    Raster out = Raster.blank(in.width(), height, in.channels());
    byte[] from = in.samples();
    int[] sums = new int[length];
    for (int y = 0; y < height; y++) {
      java.util.Arrays.fill(sums, HALF);
      for (int k = 0; k < weights.count[y]; k++) {
        int weight = weights.fixed[y * weights.stride + k];
        int start = (weights.first[y] - firstRow + k) * length;
        for (int i = 0; i < length; i++) {
          sums[i] += (from[start + i] & 0xff) * weight;
        }
      }
      for (int i = 0; i < length; i++) {
        out.samples()[y * length + i] = clipped(sums[i]);
      }
    }
    return out;
  }

  private static byte clipped(int sum) {
    return (byte) Math.clamp(sum >> FRACTION, 0, 255);
  }

  /// Accumulates positions step by step, as Pillow does: its rounding errors are part of the
  /// result.
  private static Raster nearest(Raster in, int width, int height, Box box) {
    int[] columns = positions(box.left(), box.right(), width, in.width());
    int[] rows = positions(box.top(), box.bottom(), height, in.height());
    int channels = in.channels();
    Raster out = Raster.blank(width, height, channels);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (rows[y] >= 0 && columns[x] >= 0) {
          int from = (rows[y] * in.width() + columns[x]) * channels;
          System.arraycopy(in.samples(), from, out.samples(), (y * width + x) * channels, channels);
        }
      }
    }
    return out;
  }

  /// The input index for each output; -1 where it is outside.
  private static int[] positions(float from, float to, int outSize, int inSize) {
    double step = (double) (to - from) / outSize;
    double position = from + step * 0.5;
    int[] positions = new int[outSize];
    for (int i = 0; i < outSize; i++) {
      positions[i] = position >= 0 && (int) position < inSize ? (int) position : -1;
      position += step;
    }
    return positions;
  }
}
