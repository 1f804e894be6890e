package io.slipway.pipeline.image;

/// Decodes GIF's LZW data: variable-length codes in sub-blocks of at most 255 bytes.
final class Lzw {
  private static final int MOST_CODES = 4096;

  private final Octets in;
  private int at;
  private int blockLeft;
  private int buffer;
  private int buffered;

  private Lzw(Octets in, int at) {
    this.in = in;
    this.at = at;
  }

  /// Decodes `count` pixels.
  ///
  /// @param at the position of the initial code size
  static byte[] decode(Octets in, int at, int count) {
    int bits = in.u8(at);
    if (bits > 11) {
      throw Corrupt.image("the GIF's code size is " + bits);
    }
    return new Lzw(in, at + 1).decode(bits, new byte[count]);
  }

  private byte[] decode(int bits, byte[] pixels) {
    int clear = 1 << bits;
    int end = clear + 1;
    short[] prefix = new short[MOST_CODES];
    byte[] suffix = new byte[MOST_CODES];
    byte[] stack = new byte[MOST_CODES + 1];
    int next = end + 1;
    int size = bits + 1;
    int last = -1;
    int first = 0;
    int filled = 0;
    while (filled < pixels.length) {
      int code = code(size);
      if (code == clear) {
        next = end + 1;
        size = bits + 1;
        last = -1;
        continue;
      }
      if (code == end) {
        throw Corrupt.image("the GIF's data ends too early");
      }
      if (code > next || last < 0 && code > clear || code == next && last < 0) {
        throw Corrupt.image("the GIF's data is damaged");
      }
      int depth = 0;
      int entry = code;
      if (code == next) {
        stack[depth++] = (byte) first;
        entry = last;
      }
      while (entry > end) {
        stack[depth++] = suffix[entry];
        entry = prefix[entry];
      }
      first = entry;
      stack[depth++] = (byte) first;
      while (depth > 0 && filled < pixels.length) {
        pixels[filled++] = stack[--depth];
      }
      if (last >= 0 && next < MOST_CODES) {
        prefix[next] = (short) last;
        suffix[next] = (byte) first;
        next++;
        if (next == 1 << size && size < 12) {
          size++;
        }
      }
      last = code;
    }
    return pixels;
  }

  private int code(int size) {
    while (buffered < size) {
      if (blockLeft == 0) {
        blockLeft = in.u8(at++);
        if (blockLeft == 0) {
          throw Corrupt.image("the GIF's data ends too early");
        }
      }
      buffer |= in.u8(at++) << buffered;
      buffered += 8;
      blockLeft--;
    }
    int code = buffer & (1 << size) - 1;
    buffer >>>= size;
    buffered -= size;
    return code;
  }
}
