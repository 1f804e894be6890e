package io.slipway.pipeline.image;

/// Decodes BMP: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, the bit fields that Pillow
/// supports, run-length encoding.
final class BmpDecoder {
  private static final int RAW = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BITFIELDS = 3;

  private final Octets in;
  private final boolean alpha;
  private final int width;
  private final int height;
  private final boolean topDown;
  private final int bits;
  private final int compression;
  private final int headerSize;
  private final int dataAt;

  private BmpDecoder(Octets in, boolean alpha) {
    this.in = in;
    this.alpha = alpha;
    headerSize = in.i32le(14);
    ImageHeader header = header(in);
    width = header.width();
    height = header.height();
    boolean core = headerSize == 12;
    topDown = !core && in.i32le(22) < 0;
    bits = in.u16le(core ? 24 : 28);
    compression = core ? RAW : in.i32le(30);
    int offset = in.i32le(10);
    if (bits <= 8 && offset == 14 + headerSize) {
      offset += colours() * entrySize(); // some writers do not count the palette
    }
    dataAt = offset;
  }

  static ImageHeader header(Octets in) {
    boolean core = in.i32le(14) == 12;
    return new ImageHeader(
        ImageHeader.Format.BMP,
        core ? in.u16le(18) : in.i32le(18),
        core ? in.u16le(20) : Math.abs(in.i32le(22)));
  }

  static Raster decode(Octets in, boolean alpha) {
    return new BmpDecoder(in, alpha).decode();
  }

  private Raster decode() {
    return switch (compression) {
      case RLE8, RLE4 -> {
        if (bits != (compression == RLE8 ? 8 : 4)) {
          throw Corrupt.image("a run-length coded BMP of " + bits + " bits is not decoded");
        }
        yield indexed(runs());
      }
      case RAW, BITFIELDS -> {
        long stride = ((long) width * bits + 31) / 32 * 4;
        in.require(dataAt, stride * (height - 1) + ((long) width * bits + 7) / 8);
        yield switch (bits) {
          case 1, 4, 8 -> indexed(indices((int) stride));
          case 16, 24, 32 -> colours((int) stride);
          default -> throw Corrupt.image("a BMP of " + bits + " bits is not decoded");
        };
      }
      default -> throw Corrupt.image("a BMP of compression " + compression + " is not decoded");
    };
  }

  private int entrySize() {
    return headerSize == 12 ? 3 : 4;
  }

  private int colours() {
    int declared = headerSize == 12 ? 0 : in.i32le(46);
    if (declared < 0 || declared > 65536) {
      throw Corrupt.image("the BMP's palette is damaged");
    }
    return declared == 0 ? 1 << Math.min(bits, 8) : declared;
  }

  /// The index in the file of row `y` of the image.
  private int row(int y) {
    return topDown ? y : height - 1 - y;
  }

  private byte[] indices(int stride) {
    byte[] indices = new byte[width * height];
    for (int y = 0, to = 0; y < height; y++) {
      int from = dataAt + row(y) * stride;
      for (int x = 0; x < width; x++) {
        int bit = x * bits;
        int shift = 8 - bits - (bit & 7);
        indices[to++] = (byte) (in.bytes()[from + (bit >> 3)] >> shift & (1 << bits) - 1);
      }
    }
    return indices;
  }

  private Raster indexed(byte[] indices) {
    int entries = Math.min(colours(), 256);
    int at = 14 + headerSize;
    in.require(at, (long) entries * entrySize());
    Raster raster = Raster.blank(width, height, 3);
    byte[] out = raster.samples();
    for (int i = 0, to = 0; i < indices.length; i++, to += 3) {
      int entry = indices[i] & 0xff;
      if (entry < entries) {
        int from = at + entry * entrySize();
        out[to] = in.bytes()[from + 2];
        out[to + 1] = in.bytes()[from + 1];
        out[to + 2] = in.bytes()[from];
      }
    }
    return raster;
  }

  private Raster colours(int stride) {
    BmpChannels channels = channels();
    boolean clear = alpha && channels.alpha() != 0;
    Raster raster = Raster.blank(width, height, clear ? 4 : 3);
    byte[] out = raster.samples();
    int bytes = bits / 8;
    for (int y = 0, to = 0; y < height; y++) {
      int from = dataAt + row(y) * stride;
      for (int x = 0; x < width; x++, from += bytes) {
        int pixel = in.bytes()[from] & 0xff;
        for (int i = 1; i < bytes; i++) {
          pixel |= (in.bytes()[from + i] & 0xff) << 8 * i;
        }
        out[to++] = BmpChannels.sample(pixel, channels.red());
        out[to++] = BmpChannels.sample(pixel, channels.green());
        out[to++] = BmpChannels.sample(pixel, channels.blue());
        if (clear) {
          out[to++] = BmpChannels.sample(pixel, channels.alpha());
        }
      }
    }
    return raster;
  }

  private BmpChannels channels() {
    if (compression == RAW) {
      return bits == 16 ? BmpChannels.FIVE : BmpChannels.BGR;
    }
    int at = 14 + 40;
    BmpChannels masks =
        new BmpChannels(
            in.i32le(at),
            in.i32le(at + 4),
            in.i32le(at + 8),
            headerSize >= 56 ? in.i32le(at + 12) : 0);
    return masks.known(bits);
  }

  /// Decodes run-length encoded indices. Skipped pixels are refused.
  private byte[] runs() {
    byte[] image = new byte[width * height];
    int at = dataAt;
    int filled = 0;
    int x = 0;
    while (filled < image.length && at + 1 < in.size()) {
      int count = in.u8(at++);
      int value = in.u8(at++);
      if (count > 0) {
        count = Math.min(Math.min(count, Math.max(0, width - x)), image.length - filled);
        for (int i = 0; i < count; i++) {
          image[filled++] = nibble(value, i);
        }
        x += count;
      } else if (value == 0) {
        filled = Math.min(image.length, (filled + width - 1) / width * width);
        x = 0;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        filled = (int) Math.min(image.length, filled + in.u8(at) + (long) in.u8(at + 1) * width);
        at += 2;
        x = filled % width;
      } else {
        int absolute = Math.min(value, image.length - filled);
        for (int i = 0; i < absolute; i++) {
          image[filled++] = nibble(in.u8(compression == RLE8 ? at + i : at + i / 2), i);
        }
        at += compression == RLE8 ? absolute : (absolute + 1) / 2;
        at += at & 1;
        x += value;
      }
    }
    if (filled < image.length) {
      throw Corrupt.image("the BMP's data ends too early");
    }
    return topDown ? image : flipped(image);
  }

  private byte nibble(int value, int i) {
    return (byte) (compression == RLE8 ? value : i % 2 == 0 ? value >> 4 : value & 15);
  }

  private byte[] flipped(byte[] image) {
    byte[] flipped = new byte[image.length];
    for (int y = 0; y < height; y++) {
      System.arraycopy(image, row(y) * width, flipped, y * width, width);
    }
    return flipped;
  }
}
