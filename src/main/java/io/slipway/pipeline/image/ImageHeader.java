package io.slipway.pipeline.image;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.List;
import java.util.Set;

/// The format of an encoded image, by its magic bytes, and its size, read before any pixel is
/// decoded.
///
/// @param width in pixels, as stored: before the orientation is applied
record ImageHeader(Format format, int width, int height) {

  /// The formats that are decoded.
  enum Format {
    PNG("image/png"),
    JPEG("image/jpeg"),
    GIF("image/gif"),
    BMP("image/bmp");

    final String mediaType;

    Format(String mediaType) {
      this.mediaType = mediaType;
    }
  }

  private static final Set<Integer> BMP_HEADERS = Set.of(12, 40, 52, 56, 64, 108, 124);

  /// A recognised but unsupported format: the position and value of its signature.
  private record Foreign(int at, String signature, String name) {}

  private static final List<Foreign> FOREIGN =
      List.of(
          new Foreign(8, "WEBP", "WebP"),
          new Foreign(0, "II*\0", "TIFF"),
          new Foreign(0, "MM\0*", "TIFF"),
          new Foreign(0, "II+\0", "TIFF"),
          new Foreign(0, "MM\0+", "TIFF"),
          new Foreign(4, "ftyp", "HEIF, AVIF or another ISO media file"),
          new Foreign(0, "\0\0\1\0", "ICO"),
          new Foreign(0, "\0\0\2\0", "CUR"),
          new Foreign(0, "8BPS", "PSD"),
          new Foreign(0, "\0\0\0\fjP  ", "JPEG 2000"),
          new Foreign(0, "\u00ffO\u00ffQ", "JPEG 2000"),
          new Foreign(0, "\0\0\0\fJXL ", "JPEG XL"),
          new Foreign(0, "\u00ff\n", "JPEG XL"),
          new Foreign(0, "qoif", "QOI"),
          new Foreign(0, "DDS ", "DDS"),
          new Foreign(0, "gimp xcf", "XCF"),
          new Foreign(0, "<svg", "SVG"),
          new Foreign(0, "<?xml", "SVG or another XML"),
          new Foreign(0, "%PDF-", "PDF"));

  /// @throws RefusedInput.UnsupportedMedia for an image of another format
  /// @throws RefusedInput.Invalid where it is not an image, or truncated before its size
  static ImageHeader read(Octets in) {
    ImageHeader header;
    if (in.has(0, "\u0089PNG\r\n\u001a\n")) {
      if (in.i32be(8) != 13 || !in.has(12, "IHDR")) {
        throw Corrupt.image("the PNG does not start with its header");
      }
      header = new ImageHeader(Format.PNG, in.i32be(16), in.i32be(20));
    } else if (in.has(0, "\u00ff\u00d8\u00ff")) {
      JpegFrame frame = JpegFrame.read(in);
      header = new ImageHeader(Format.JPEG, frame.width(), frame.height());
    } else if (in.has(0, "GIF87a") || in.has(0, "GIF89a")) {
      header = GifDecoder.header(in);
    } else if (in.has(0, "BM") && in.size() > 30 && BMP_HEADERS.contains(in.i32le(14))) {
      header = BmpDecoder.header(in);
    } else {
      throw unknown(in);
    }
    if (header.width < 1 || header.height < 1) {
      throw Corrupt.image("the image's size is " + header.width + " × " + header.height);
    }
    return header;
  }

  long pixels() {
    return (long) width * height;
  }

  private static RefusedInput unknown(Octets in) {
    for (Foreign foreign : FOREIGN) {
      if (in.has(foreign.at, foreign.signature)) {
        return new RefusedInput.UnsupportedMedia(
            foreign.name + " is not supported; send PNG, JPEG, GIF or BMP");
      }
    }
    return Corrupt.image("the bytes are not an image");
  }
}
