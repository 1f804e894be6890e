package io.slipway.pipeline.frame;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/// A tensor in row-major order. Numeric buffers range from position 0 to the element count. Model
/// inputs are direct buffers in native byte order, which saves a copy; model outputs are on the
/// heap.
public sealed interface Tensor {
  /// The dimensions, the batch dimension first.
  long[] shape();

  record Floats(long[] shape, FloatBuffer data) implements Tensor {}

  record Doubles(long[] shape, DoubleBuffer data) implements Tensor {}

  record Longs(long[] shape, LongBuffer data) implements Tensor {}

  record Ints(long[] shape, IntBuffer data) implements Tensor {}

  /// One byte an element, 0 or 1.
  record Booleans(long[] shape, ByteBuffer data) implements Tensor {}

  /// Bytes, unsigned or signed.
  record Bytes(long[] shape, ByteBuffer data, boolean signed) implements Tensor {}

  /// Elements of a type that Java has none for, as their bits in native order.
  record Bits(long[] shape, ByteBuffer data, Kind kind) implements Tensor {
    /// The number of elements.
    public int count() {
      return data.limit() / kind.bytes;
    }

    /// The whole number at `index`; 2^63 and more come out negative.
    public long whole(int index) {
      return switch (kind) {
        case INT16 -> data.getShort(index * Short.BYTES);
        case UINT16 -> Short.toUnsignedLong(data.getShort(index * Short.BYTES));
        case UINT32 -> Integer.toUnsignedLong(data.getInt(index * Integer.BYTES));
        case UINT64 -> data.getLong(index * Long.BYTES);
        case FLOAT16, BFLOAT16 -> throw new IllegalStateException(kind + " is not whole");
      };
    }

    /// The number at `index` as a float; exact for FLOAT16 and BFLOAT16.
    public float fraction(int index) {
      return switch (kind) {
        case FLOAT16 -> Float.float16ToFloat(data.getShort(index * Short.BYTES));
        case BFLOAT16 -> Float.intBitsToFloat(data.getShort(index * Short.BYTES) << 16);
        case INT16, UINT16, UINT32 -> whole(index);
        case UINT64 -> (float) number(index);
      };
    }

    /// The number at `index` as a double; exact but for large UINT64.
    public double number(int index) {
      return switch (kind) {
        case INT16, UINT16, UINT32 -> whole(index);
        case UINT64 -> {
          long bits = whole(index);
          yield bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
        }
        case FLOAT16, BFLOAT16 -> fraction(index);
      };
    }
  }

  /// The types of [Bits].
  enum Kind {
    INT16("int16", Short.BYTES),
    UINT16("uint16", Short.BYTES),
    UINT32("uint32", Integer.BYTES),
    UINT64("uint64", Long.BYTES),
    FLOAT16("float16", Short.BYTES),
    BFLOAT16("bfloat16", Short.BYTES);

    private final String dtype;
    private final int bytes;

    Kind(String dtype, int bytes) {
      this.dtype = dtype;
      this.bytes = bytes;
    }

    /// The type's name in a signature.
    public String dtype() {
      return dtype;
    }

    /// The bytes of an element.
    public int bytes() {
      return bytes;
    }

    /// Whether it holds NaN and infinities.
    public boolean floating() {
      return this == FLOAT16 || this == BFLOAT16;
    }
  }

  /// Strings, never null (a null inside crashes the native side).
  record Strings(long[] shape, String[] data) implements Tensor {}

  /// The number of elements of `shape`.
  static long count(long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }
}
