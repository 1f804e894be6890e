package io.slipway.pipeline.image;

/// Decoded pixels, interleaved, one byte per sample. Channels: 1 grey, 2 grey and alpha, 3 RGB, 4
/// RGB and alpha.
record Raster(int width, int height, int channels, byte[] samples) {

  static Raster blank(int width, int height, int channels) {
    return new Raster(
        width, height, channels, new byte[Math.multiplyExact(width * height, channels)]);
  }

  /// Grey by Pillow's formula, ITU-R 601-2 in fixed point.
  static int luma(int red, int green, int blue) {
    return red * 19595 + green * 38470 + blue * 7471 + 32768 >> 16;
  }

  /// a · b / 255, rounded, for a and b from 0 to 255.
  static int scaled(int a, int b) {
    int product = a * b + 128;
    return (product >> 8) + product >> 8;
  }

  /// Composes the image over the grey level `ground`, as Pillow's `paste` with alpha as the mask.
  /// An image without alpha is unchanged.
  Raster over(int ground) {
    if (channels % 2 == 1) {
      return this;
    }
    int colours = channels - 1;
    Raster flat = blank(width, height, colours);
    for (int from = 0, to = 0; from < samples.length; from += channels) {
      int alpha = samples[from + colours] & 0xff;
      for (int c = 0; c < colours; c++) {
        int blend = ground * (255 - alpha) + (samples[from + c] & 0xff) * alpha + 128;
        flat.samples[to++] = (byte) ((blend >> 8) + blend >> 8);
      }
    }
    return flat;
  }

  /// The image in grey; for images without alpha.
  Raster grey() {
    if (channels == 1) {
      return this;
    }
    Raster grey = blank(width, height, 1);
    for (int from = 0, to = 0; to < grey.samples.length; from += 3, to++) {
      grey.samples[to] =
          (byte) luma(samples[from] & 0xff, samples[from + 1] & 0xff, samples[from + 2] & 0xff);
    }
    return grey;
  }

  /// The image in RGB; for images without alpha.
  Raster rgb() {
    if (channels == 3) {
      return this;
    }
    Raster rgb = blank(width, height, 3);
    for (int from = 0, to = 0; from < samples.length; from++) {
      byte grey = samples[from];
      rgb.samples[to++] = grey;
      rgb.samples[to++] = grey;
      rgb.samples[to++] = grey;
    }
    return rgb;
  }

  /// The image with red and blue exchanged, as in OpenCV; for three channels.
  Raster reversed() {
    Raster reversed = blank(width, height, 3);
    for (int i = 0; i < samples.length; i += 3) {
      reversed.samples[i] = samples[i + 2];
      reversed.samples[i + 1] = samples[i + 1];
      reversed.samples[i + 2] = samples[i];
    }
    return reversed;
  }

  /// The image rotated and mirrored according to the EXIF orientation, 1 to 8.
  Raster oriented(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean swapped = orientation >= 5;
    Raster turned = blank(swapped ? height : width, swapped ? width : height, channels);
    int to = 0;
    for (int y = 0; y < turned.height; y++) {
      for (int x = 0; x < turned.width; x++) {
        int fromX =
            switch (orientation) {
              case 2, 3 -> width - 1 - x;
              case 5, 6 -> y;
              case 7, 8 -> width - 1 - y;
              default -> x;
            };
        int fromY =
            switch (orientation) {
              case 3, 4 -> height - 1 - y;
              case 5, 8 -> x;
              case 6, 7 -> height - 1 - x;
              default -> y;
            };
        int from = (fromY * width + fromX) * channels;
        for (int c = 0; c < channels; c++) {
          turned.samples[to++] = samples[from + c];
        }
      }
    }
    return turned;
  }
}
