package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/// Writes doubles as elements of a tensor in native memory, converting each once.
abstract sealed class ElementWriter {
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  /// A writer of `count` elements, all zero, in memory of `arena`.
  static ElementWriter of(String dtype, long count, Arena arena) {
    return switch (dtype) {
      case "float32" -> new Floats(direct(count * Float.BYTES, arena).asFloatBuffer());
      case "float64" -> new Doubles(direct(count * Double.BYTES, arena).asDoubleBuffer());
      case "int64" -> new Longs(direct(count * Long.BYTES, arena).asLongBuffer());
      case "int32" -> new Ints(direct(count * Integer.BYTES, arena).asIntBuffer());
      case "bool" -> new Bytes(direct(count, arena), true);
      case "uint8" -> new Bytes(direct(count, arena), false);
      default -> throw new IllegalStateException("no numbers of type " + dtype);
    };
  }

  private static ByteBuffer direct(long bytes, Arena arena) {
    if (bytes > MAX_BYTES) {
      throw new RefusedInput.TooLarge("a tensor of " + bytes + " bytes is too large");
    }
    return arena
        .allocate(Math.max(bytes, 1), 64)
        .asByteBuffer()
        .limit((int) bytes)
        .order(ByteOrder.nativeOrder());
  }

  abstract void put(int index, double value);

  /// The elements in memory.
  abstract Buffer elements();

  /// The number of elements.
  final int count() {
    return elements().limit();
  }

  /// Sets all elements to zero.
  final void clear() {
    MemorySegment.ofBuffer(elements()).fill((byte) 0);
  }

  /// Whether the type can represent NaN.
  boolean holdsNaN() {
    return false;
  }

  abstract Tensor tensor(long[] shape);

  /// Writes all of `values` from `offset` on.
  ///
  /// @return the number written
  int putAll(int offset, double[] values) {
    for (int i = 0; i < values.length; i++) {
      put(offset + i, values[i]);
    }
    return values.length;
  }

  /// Writes all of `values`, unsigned, from `offset` on.
  ///
  /// @return the number written
  int putAll(int offset, byte[] values) {
    for (int i = 0; i < values.length; i++) {
      put(offset + i, values[i] & 0xff);
    }
    return values.length;
  }

  private static final class Floats extends ElementWriter {
    private final FloatBuffer buffer;

    Floats(FloatBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    Buffer elements() {
      return buffer;
    }

    @Override
    void put(int index, double value) {
      buffer.put(index, (float) value);
    }

    @Override
    int putAll(int offset, double[] values) {
      for (int i = 0; i < values.length; i++) {
        buffer.put(offset + i, (float) values[i]);
      }
      return values.length;
    }

    @Override
    boolean holdsNaN() {
      return true;
    }

    @Override
    Tensor tensor(long[] shape) {
      return new Tensor.Floats(shape, buffer);
    }
  }

  private static final class Doubles extends ElementWriter {
    private final DoubleBuffer buffer;

    Doubles(DoubleBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    Buffer elements() {
      return buffer;
    }

    @Override
    void put(int index, double value) {
      buffer.put(index, value);
    }

    @Override
    boolean holdsNaN() {
      return true;
    }

    @Override
    Tensor tensor(long[] shape) {
      return new Tensor.Doubles(shape, buffer);
    }
  }

  private static final class Longs extends ElementWriter {
    private final LongBuffer buffer;

    Longs(LongBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    Buffer elements() {
      return buffer;
    }

    @Override
    void put(int index, double value) {
      buffer.put(index, (long) value);
    }

    @Override
    Tensor tensor(long[] shape) {
      return new Tensor.Longs(shape, buffer);
    }
  }

  private static final class Ints extends ElementWriter {
    private final IntBuffer buffer;

    Ints(IntBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    Buffer elements() {
      return buffer;
    }

    @Override
    void put(int index, double value) {
      buffer.put(index, (int) value);
    }

    @Override
    Tensor tensor(long[] shape) {
      return new Tensor.Ints(shape, buffer);
    }
  }

  private static final class Bytes extends ElementWriter {
    private final ByteBuffer buffer;
    private final boolean flags;

    Bytes(ByteBuffer buffer, boolean flags) {
      this.buffer = buffer;
      this.flags = flags;
    }

    @Override
    Buffer elements() {
      return buffer;
    }

    @Override
    void put(int index, double value) {
      buffer.put(index, (byte) (flags ? value == 0 ? 0 : 1 : (int) value));
    }

    @Override
    int putAll(int offset, byte[] values) {
      if (flags) {
        return super.putAll(offset, values);
      }
      buffer.put(offset, values);
      return values.length;
    }

    @Override
    Tensor tensor(long[] shape) {
      return flags ? new Tensor.Booleans(shape, buffer) : new Tensor.Bytes(shape, buffer, false);
    }
  }
}
