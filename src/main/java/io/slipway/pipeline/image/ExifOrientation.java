package io.slipway.pipeline.image;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The orientation of an image, 1 to 8, from the EXIF data of a JPEG (APP1) or a PNG (`eXIf`),
/// otherwise from its XMP packet, with Pillow's rules; 1 where there is no valid value.
final class ExifOrientation {
  private static final int TAG = 0x0112;
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private final Octets in;
  private int orientation;
  private String xmp = "";

  private ExifOrientation(Octets in) {
    this.in = in;
  }

  static int read(Octets in, ImageHeader.Format format) {
    ExifOrientation found = new ExifOrientation(in);
    switch (format) {
      case JPEG -> JpegFrame.walk(in, found::segment);
      case PNG -> found.chunks();
      case GIF, BMP -> {}
    }
    return found.orientation();
  }

  private int orientation() {
    if (orientation == 0) {
      Matcher matcher = XMP.matcher(xmp);
      orientation = matcher.find() ? matcher.group(1).charAt(0) - '0' : 1;
    }
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }

  private void segment(int marker, int start, int end) {
    if (marker == 0xe1 && in.has(start, "Exif\0\0")) {
      if (orientation == 0) {
        tiff(start + 6, end);
      }
    } else if (marker == 0xe1 && in.has(start, "http://ns.adobe.com/xap/1.0/\0")) {
      xmp = text(start, end);
    }
  }

  private void chunks() {
    long at = 8;
    while (at + 12 <= in.size()) {
      long length = in.i32be(at) & 0xffff_ffffL;
      long start = at + 8;
      long end = start + length;
      if (end > in.size()) {
        return;
      }
      if (in.has(at + 4, "eXIf")) {
        orientation = 0;
        tiff((int) start, (int) end);
      } else if (in.has(at + 4, "iTXt") && in.has(start, "XML:com.adobe.xmp\0\0")) {
        xmp = text((int) start, (int) end);
      }
      at = end + 4;
    }
  }

  private String text(int start, int end) {
    return new String(in.bytes(), start, end - start, StandardCharsets.ISO_8859_1);
  }

  /// Reads the first directory of the TIFF structure in [start, end); entries outside of it are
  /// ignored.
  private void tiff(int start, int end) {
    boolean little = in.has(start, "II");
    if (end - start < 8 || !(little || in.has(start, "MM"))) {
      return;
    }
    long directory = start + u32(start + 4, little);
    if (directory < start || directory + 2 > end) {
      return;
    }
    int entries = u16(directory, little);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > end) {
        return;
      }
      if (u16(entry, little) == TAG) {
        orientation = value(start, end, entry, little);
        return;
      }
    }
  }

  /// The first value of the entry; -1 where it is not a number from 1 to 8, which hides that of an
  /// XMP packet.
  private int value(int start, int end, long entry, boolean little) {
    int type = u16(entry + 2, little);
    int width = type == 3 || type == 8 ? 2 : type == 4 || type == 9 ? 4 : type == 6 ? 1 : 0;
    long count = u32(entry + 4, little);
    if (width == 0 || count == 0) {
      return -1;
    }
    long at = count * width <= 4 ? entry + 8 : start + u32(entry + 8, little);
    if (at + count * width > end) {
      return -1;
    }
    long value = width == 1 ? in.u8(at) : width == 2 ? u16(at, little) : u32(at, little);
    return value >= 1 && value <= 8 ? (int) value : -1;
  }

  private int u16(long at, boolean little) {
    return little ? in.u16le(at) : in.u16be(at);
  }

  private long u32(long at, boolean little) {
    return (little ? in.i32le(at) : in.i32be(at)) & 0xffff_ffffL;
  }
}
