package io.slipway.pipeline.image;

import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;

/// Encoded bytes to pixels, bit for bit as Pillow 13 opens, turns and converts them. What the bytes
/// are decides, not what they are called.
///
/// @param color which channels, in which order
/// @param oriented whether the EXIF orientation is applied
/// @param ground what transparency lies on, a grey level; -1 drops the alpha and keeps the colours
/// @param frame of an animated GIF; other formats have frame 0 only
record ImageDecoder(
    InputSchema.Image limits, Color color, boolean oriented, int ground, int frame) {
  /// The channels of the decoded image: luma alone, or three, those of OpenCV last to first.
  enum Color {
    L,
    RGB,
    BGR
  }

  /// No image is decoded over this, whatever the bundle allows: an array's length is an int.
  private static final int MOST_PIXELS = 500_000_000;

  /// @throws RefusedInput.TooLarge over the limits, before anything is decoded
  /// @throws RefusedInput.UnsupportedMedia for a format that is not asked for or not known
  /// @throws RefusedInput.Invalid (`corrupt`) for what is damaged, truncated or not an image
  Pixels decode(byte[] encoded) {
    if (encoded.length > limits.maxBytes()) {
      throw new RefusedInput.TooLarge(
          "the image has " + encoded.length + " bytes; at most " + limits.maxBytes());
    }
    Octets in = new Octets(encoded);
    ImageHeader header = ImageHeader.read(in);
    if (!limits.mediaTypes().contains(header.format().mediaType)) {
      throw new RefusedInput.UnsupportedMedia(
          "the image is " + header.format().mediaType + "; accepted: " + limits.mediaTypes());
    }
    int maxPixels = Math.min(limits.maxPixels(), MOST_PIXELS);
    if (header.pixels() > maxPixels) {
      throw new RefusedInput.TooLarge(
          "the image has "
              + header.width()
              + " × "
              + header.height()
              + " pixels; at most "
              + maxPixels
              + " in all");
    }
    Raster raster = raster(in, header, maxPixels);
    raster = ground < 0 ? raster : raster.over(ground);
    raster =
        switch (color) {
          case L -> raster.grey();
          case RGB -> raster.rgb();
          case BGR -> raster.rgb().reversed();
        };
    if (oriented) {
      raster = raster.oriented(ExifOrientation.read(in, header.format()));
    }
    return Pixels.of(raster.width(), raster.height(), raster.channels(), raster.samples());
  }

  private Raster raster(Octets in, ImageHeader header, int maxPixels) {
    boolean alpha = ground >= 0;
    if (header.format() == ImageHeader.Format.GIF) {
      return GifDecoder.decode(in, frame, alpha, maxPixels);
    }
    if (frame > 0) {
      throw Corrupt.image("the image has no frame " + frame);
    }
    return switch (header.format()) {
      case PNG -> PngDecoder.decode(in, alpha);
      case JPEG -> JpegDecoder.decode(in);
      case BMP -> BmpDecoder.decode(in, alpha);
      case GIF -> throw new IllegalStateException("decoded above");
    };
  }
}
