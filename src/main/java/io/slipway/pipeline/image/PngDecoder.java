package io.slipway.pipeline.image;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Decodes PNG of every colour type and depth, interlaced or not; of an animation the first image.
/// 16-bit samples are reduced to their high byte, as in Pillow for colours and with `sixteen_bit`
/// `shift8` for grey. Checksums are verified: damaged or truncated files are refused.
final class PngDecoder {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;

  /// Adam7: x and y of the first pixel and the steps to the next, for each of the seven passes.
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] PROGRESSIVE = {{0, 0, 1, 1}};

  private final Octets in;
  private final boolean alpha;
  private final int width;
  private final int height;
  private final int depth;
  private final int type;
  private final int[][] passes;
  private final byte[] palette = new byte[256 * 3];
  private boolean hasPalette;

  /// The alpha of each palette entry; null where there is none.
  private byte @Nullable [] opacity;

  /// The transparent colour of an image without alpha, with samples at full depth; null for none.
  private int @Nullable [] transparent;

  private long at = 33;
  private long dataEnd;

  private PngDecoder(Octets in, boolean alpha) {
    this.in = in;
    this.alpha = alpha;
    in.require(8, 25);
    checkSum(16, 13);
    width = in.i32be(16);
    height = in.i32be(20);
    depth = in.u8(24);
    type = in.u8(25);
    boolean valid =
        switch (type) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, 6 -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!valid || in.u8(26) != 0 || in.u8(27) != 0 || in.u8(28) > 1) {
      throw Corrupt.image("the PNG's header has an invalid combination of values");
    }
    passes = in.u8(28) == 1 ? PASSES : PROGRESSIVE;
  }

  /// @param alpha whether to keep transparency; otherwise colours stay as stored
  static Raster decode(Octets in, boolean alpha) {
    return new PngDecoder(in, alpha).decode();
  }

  private Raster decode() {
    while (!nextChunk("IDAT")) {
      if (in.has(at + 4, "IEND")) {
        throw Corrupt.image("the PNG has no image");
      }
      at = dataEnd + 4;
    }
    if (type == PALETTE && !hasPalette) {
      throw Corrupt.image("the PNG has no palette");
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(in.bytes(), (int) at + 8, (int) (dataEnd - at - 8));
      Raster raster = Raster.blank(width, height, channels());
      for (int[] pass : passes) {
        decode(pass, inflater, raster);
      }
      return raster;
    } catch (DataFormatException e) {
      throw Corrupt.image("the PNG's data is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }

  /// Reads the chunk at `at`, whose data ends at `dataEnd`; returns whether it is a `wanted` one.
  private boolean nextChunk(String wanted) {
    in.require(at, 12);
    long length = in.i32be(at) & 0xffff_ffffL;
    dataEnd = at + 8 + length;
    in.require(at + 8, length + 4);
    boolean found = in.has(at + 4, wanted);
    boolean critical = (in.u8(at + 4) & 0x20) == 0;
    if (critical || in.has(at + 4, "tRNS")) {
      checkSum(at + 8, length);
    }
    if (in.has(at + 4, "PLTE")) {
      if (length > palette.length || length % 3 != 0) {
        throw Corrupt.image("the PNG's palette is damaged");
      }
      System.arraycopy(in.bytes(), (int) at + 8, palette, 0, (int) length);
      hasPalette = true;
    } else if (alpha && in.has(at + 4, "tRNS")) {
      transparency((int) length);
    }
    return found;
  }

  private void transparency(int length) {
    if (type == PALETTE) {
      opacity = new byte[256];
      java.util.Arrays.fill(opacity, (byte) 255);
      System.arraycopy(in.bytes(), (int) at + 8, opacity, 0, Math.min(length, 256));
    } else if (type == GREY && length >= 2) {
      transparent = new int[] {in.u16be(at + 8)};
    } else if (type == RGB && length >= 6) {
      transparent = new int[] {in.u16be(at + 8), in.u16be(at + 10), in.u16be(at + 12)};
    }
  }

  private void checkSum(long start, long length) {
    CRC32 crc = new CRC32();
    crc.update(in.bytes(), (int) start - 4, (int) length + 4);
    if ((int) crc.getValue() != in.i32be(start + length)) {
      throw Corrupt.image("a checksum of the PNG is wrong");
    }
  }

  /// The number of channels of the result.
  private int channels() {
    boolean grey = type == GREY || type == GREY_ALPHA;
    boolean clear = alpha && (type >= GREY_ALPHA || opacity != null || transparent != null);
    return (grey ? 1 : 3) + (clear ? 1 : 0);
  }

  /// The number of samples of a stored pixel.
  private int stored() {
    return switch (type) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  private void decode(int[] pass, Inflater inflater, Raster raster) throws DataFormatException {
    int columns = (width - pass[0] + pass[2] - 1) / pass[2];
    if (columns <= 0) {
      return;
    }
    int bits = depth * stored();
    int bytesPerPixel = Math.max(1, bits / 8);
    int length = (int) (((long) columns * bits + 7) / 8);
    byte[] row = new byte[length + 1];
    byte[] previous = new byte[length + 1];
    for (int y = pass[1]; y < height; y += pass[3]) {
      fill(row, inflater);
      unfilter(row, previous, bytesPerPixel);
      for (int i = 0, x = pass[0]; i < columns; i++, x += pass[2]) {
        pixel(row, i, raster, (y * width + x) * raster.channels());
      }
      byte[] swap = previous;
      previous = row;
      row = swap;
    }
  }

  private void fill(byte[] row, Inflater inflater) throws DataFormatException {
    int filled = 0;
    while (filled < row.length) {
      int count = inflater.inflate(row, filled, row.length - filled);
      filled += count;
      if (count == 0) {
        if (inflater.finished() || inflater.needsDictionary()) {
          throw Corrupt.image("the PNG's data ends too early");
        }
        at = dataEnd + 4;
        if (!nextChunk("IDAT")) {
          throw Corrupt.image("the PNG's data ends too early");
        }
        inflater.setInput(in.bytes(), (int) at + 8, (int) (dataEnd - at - 8));
      }
    }
  }

  /// Reverts the row's filter, which byte 0 identifies.
  private static void unfilter(byte[] row, byte[] previous, int bytesPerPixel) {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + bytesPerPixel; i < row.length; i++) {
          row[i] += row[i - bytesPerPixel];
        }
      }
      case 2 -> {
        for (int i = 1; i < row.length; i++) {
          row[i] += previous[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < row.length; i++) {
          int left = i > bytesPerPixel ? row[i - bytesPerPixel] & 0xff : 0;
          row[i] += (byte) (left + (previous[i] & 0xff) >> 1);
        }
      }
      case 4 -> {
        for (int i = 1; i < row.length; i++) {
          boolean first = i <= bytesPerPixel;
          int left = first ? 0 : row[i - bytesPerPixel] & 0xff;
          int corner = first ? 0 : previous[i - bytesPerPixel] & 0xff;
          row[i] += (byte) paeth(left, previous[i] & 0xff, corner);
        }
      }
      default -> throw Corrupt.image("a row of the PNG has an unknown filter");
    }
  }

  private static int paeth(int left, int above, int corner) {
    int fromLeft = Math.abs(above - corner);
    int fromAbove = Math.abs(left - corner);
    int fromCorner = Math.abs(left + above - 2 * corner);
    if (fromLeft <= fromAbove && fromLeft <= fromCorner) {
      return left;
    }
    return fromAbove <= fromCorner ? above : corner;
  }

  private void pixel(byte[] row, int index, Raster raster, int to) {
    byte[] out = raster.samples();
    int channels = raster.channels();
    if (type == PALETTE) {
      int entry = packed(row, index);
      System.arraycopy(palette, entry * 3, out, to, 3);
      if (opacity != null) {
        out[to + 3] = opacity[entry];
      }
      return;
    }
    if (depth < 8) {
      int value = packed(row, index);
      out[to] = (byte) (value * (255 / ((1 << depth) - 1)));
      if (transparent != null) {
        out[to + 1] = (byte) (value == transparent[0] ? 0 : 255);
      }
      return;
    }
    int width = depth / 8;
    int from = 1 + index * stored() * width;
    for (int c = 0; c < Math.min(channels, stored()); c++) {
      out[to + c] = row[from + c * width];
    }
    if (transparent != null) {
      out[to + channels - 1] = (byte) (isTransparent(row, from, width) ? 0 : 255);
    }
  }

  private boolean isTransparent(byte[] row, int from, int width) {
    int[] colour = java.util.Objects.requireNonNull(transparent);
    for (int c = 0; c < colour.length; c++) {
      int sample = row[from + c * width] & 0xff;
      if (width == 2) {
        sample = sample << 8 | row[from + c * width + 1] & 0xff;
      }
      if (sample != colour[c]) {
        return false;
      }
    }
    return true;
  }

  /// Pixel `index` of a row with `depth` bits per pixel, at most 8.
  private int packed(byte[] row, int index) {
    int bit = index * depth;
    int shift = 8 - depth - (bit & 7);
    return row[1 + (bit >> 3)] >> shift & (1 << depth) - 1;
  }
}
