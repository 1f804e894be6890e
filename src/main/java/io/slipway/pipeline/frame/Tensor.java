package io.slipway.pipeline.frame;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/// A tensor in row-major order. Numeric buffers go from position 0 to the element count. What a
/// model is given is direct and in native byte order, which saves a copy; what it answers lies on
/// the heap.
public sealed interface Tensor {
  /// The dimensions, the batch first.
  long[] shape();

  record Floats(long[] shape, FloatBuffer data) implements Tensor {}

  record Doubles(long[] shape, DoubleBuffer data) implements Tensor {}

  record Longs(long[] shape, LongBuffer data) implements Tensor {}

  record Ints(long[] shape, IntBuffer data) implements Tensor {}

  /// One byte an element, 0 or 1.
  record Booleans(long[] shape, ByteBuffer data) implements Tensor {}

  /// Bytes, unsigned or signed.
  record Bytes(long[] shape, ByteBuffer data, boolean signed) implements Tensor {}

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
