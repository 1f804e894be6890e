package io.slipway.monitoring;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/// The stored form of counts: for each cell that is not 0 its distance from the one before and its
/// count, as numbers of seven bits per byte.
final class CellCodec {
  private static final int FORMAT = 1;

  private CellCodec() {}

  /// @param counts of at least 0
  static byte[] encode(long[] counts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    out.write(FORMAT);
    int last = -1;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        write(out, i - last);
        write(out, counts[i]);
        last = i;
      }
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /// Adds stored counts to `into`.
  ///
  /// @throws IllegalArgumentException where they are not of [#encode], or of other cells
  static void add(byte[] stored, long[] into) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    try {
      if (in.get() != FORMAT) {
        throw new IllegalArgumentException("counts of another format");
      }
      int cell = -1;
      while (in.hasRemaining()) {
        cell = Math.toIntExact(Math.addExact(cell, read(in)));
        into[cell] += read(in);
      }
    } catch (BufferUnderflowException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("damaged counts", e);
    }
  }

  private static long read(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("damaged counts");
  }
}
