package io.slipway.pipeline.image;

import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.RefusedInput;

/// Decodes images to pixels, bit for bit like Pillow 13. The format is detected from the bytes, not
/// from their declared type.
///
/// @param color the channels and their order
/// @param oriented whether the EXIF orientation is applied
/// @param ground the grey level behind transparent pixels; -1 drops alpha and keeps the colours
/// @param frame of an animated GIF; other formats have frame 0 only
record ImageDecoder(
    InputSchema.Image limits, Color color, boolean oriented, int ground, int frame) {
  /// The channels of the decoded image: luma alone, RGB, or OpenCV's BGR.
  enum Color {
    L,
    RGB,
    BGR
  }

  /// The limit for any bundle: the length of an array is an int.
  private static final int MOST_PIXELS = 500_000_000;

  /// @throws RefusedInput.TooLarge over the limits, before anything is decoded
  /// @throws RefusedInput.UnsupportedMedia for a format that is not accepted or not supported
  /// @throws RefusedInput.Invalid (`corrupt`) for damaged or truncated data
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
