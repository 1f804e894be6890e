package io.slipway.pipeline.image;

/// The frame header of a JPEG file, read from the markers before its first scan.
///
/// @param components 1, 3 or 4
/// @param luminance whether the components are YCbCr or YCCK, rather than RGB or CMYK
/// @param scanStart the position of the first scan's marker
record JpegFrame(
    int marker, int width, int height, int components, boolean luminance, int scanStart) {

  /// The most scans; each costs a pass over all blocks, and real progressive files have about ten.
  private static final int MAX_SCANS = 200;

  /// Visits the data of a segment.
  interface Segments {
    void segment(int marker, int start, int end);
  }

  /// Passes every segment before the first scan to `visitor`; returns the position of that scan's
  /// marker.
  static int walk(Octets in, Segments visitor) {
    int at = 2;
    while (true) {
      if (in.u8(at) != 0xff) {
        at++; // stray bytes between segments are skipped, as every decoder does
        continue;
      }
      int marker = in.u8(at + 1);
      if (marker == 0xff) {
        at++;
      } else if (marker == 0xd9) {
        throw Corrupt.image("the JPEG has no image");
      } else if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2;
      } else if (marker == 0xda) {
        return at;
      } else {
        int length = in.u16be(at + 2);
        if (length < 2) {
          throw Corrupt.image("a segment of the JPEG has no length");
        }
        in.require(at + 2, length);
        visitor.segment(marker, at + 4, at + 2 + length);
        at += 2 + length;
      }
    }
  }

  static JpegFrame read(Octets in) {
    int[] frame = new int[1];
    boolean[] jfif = new boolean[1];
    int[] adobe = {-1};
    int scan =
        walk(
            in,
            (marker, start, end) -> {
              if (isFrame(marker) && frame[0] == 0) {
                frame[0] = start - 4;
              } else if (isFrame(marker)) {
                throw Corrupt.image("the JPEG has two frames");
              } else if (marker == 0xe0 && end - start >= 14 && in.has(start, "JFIF\0")) {
                jfif[0] = true;
              } else if (marker == 0xee && end - start >= 12 && in.has(start, "Adobe")) {
                adobe[0] = in.u8(start + 11);
              }
            });
    if (frame[0] == 0) {
      throw Corrupt.image("the JPEG has no frame");
    }
    int at = frame[0];
    int components = in.u8(at + 9);
    if (in.u16be(at + 2) != 8 + 3 * components
        || !(components == 1 || components == 3 || components == 4)) {
      throw Corrupt.image("a JPEG of " + components + " components is not decoded");
    }
    if (in.u8(at + 4) != 8) {
      throw Corrupt.image("a JPEG of " + in.u8(at + 4) + " bits is not decoded");
    }
    return new JpegFrame(
        in.u8(at + 1),
        in.u16be(at + 7),
        in.u16be(at + 5),
        components,
        luminance(components, jfif[0], adobe[0], in, at + 10),
        scan);
  }

  /// Whether the components are luminance and chrominance (YCbCr, YCCK), by libjpeg's rules.
  private static boolean luminance(
      int components, boolean jfif, int adobe, Octets in, int componentsAt) {
    return switch (components) {
      case 1 -> false;
      case 3 ->
          jfif
              || (adobe >= 0
                  ? adobe != 0
                  : !(in.u8(componentsAt) == 'R'
                      && in.u8(componentsAt + 3) == 'G'
                      && in.u8(componentsAt + 6) == 'B'));
      default -> adobe > 0;
    };
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /// Refuses a file with too many scans.
  void requireFewScans(Octets in) {
    byte[] bytes = in.bytes();
    int scans = 0;
    for (int at = scanStart; at + 1 < bytes.length; at++) {
      if (bytes[at] == (byte) 0xff && bytes[at + 1] == (byte) 0xda && ++scans > MAX_SCANS) {
        throw Corrupt.image("the JPEG has more than " + MAX_SCANS + " scans");
      }
    }
  }
}
