package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.Arrays;

/// Cropping and padding.
final class Framing {
  /// The most pixels of a padded image.
  private static final long MOST_PIXELS = 100_000_000;

  private Framing() {}

  static Raster cut(Raster in, int left, int top, int width, int height) {
    Raster out = Raster.blank(width, height, in.channels());
    int length = width * in.channels();
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * in.width() + left) * in.channels();
      System.arraycopy(in.samples(), from, out.samples(), y * length, length);
    }
    return out;
  }

  /// The rectangle of `width` × `height` at (`left`, `top`); parts outside of the image have
  /// `value`. A negative `left` adds padding on that side.
  static Pixels window(Pixels in, int left, int top, int width, int height, double value) {
    if ((long) width * height > MOST_PIXELS) {
      throw new RefusedInput.TooLarge(
          "the padded image would have "
              + (long) width * height
              + " pixels; at most "
              + MOST_PIXELS);
    }
    int channels = in.channels();
    int firstX = Math.max(0, -left);
    int lastX = Math.min(width, in.width() - left);
    int length = Math.max(0, lastX - firstX) * channels;
    Object from = in.bytes() == null ? Floats.values(in) : in.bytes();
    Object to = blank((long) width * height * channels, in.bytes() != null, value);
    for (int y = Math.max(0, -top); y < Math.min(height, in.height() - top); y++) {
      int source = ((top + y) * in.width() + left + firstX) * channels;
      if (length > 0) {
        System.arraycopy(from, source, to, (y * width + firstX) * channels, length);
      }
    }
    return to instanceof byte[] bytes
        ? Pixels.of(width, height, channels, bytes)
        : Pixels.of(width, height, channels, (double[]) to);
  }

  private static Object blank(long count, boolean bytes, double value) {
    if (bytes) {
      byte[] blank = new byte[(int) count];
      Arrays.fill(blank, (byte) value);
      return blank;
    }
    double[] blank = Floats.room(count);
    Arrays.fill(blank, value);
    return blank;
  }

  /// The centre of `width` × `height`, padded with zeros where the image is smaller, as in
  /// torchvision's CenterCrop.
  static Pixels center(Pixels in, int width, int height) {
    return window(in, margin(in.width(), width), margin(in.height(), height), width, height, 0);
  }

  private static int margin(int has, int wants) {
    return wants > has ? -((wants - has) / 2) : (int) Math.rint((has - wants) / 2.0);
  }
}
