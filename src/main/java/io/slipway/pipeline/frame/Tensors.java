package io.slipway.pipeline.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Makes tensors from arrays.
public final class Tensors {
  private Tensors() {}

  /// @param dtype `float32`, `float64` or `bool`
  public static Tensor ofNumbers(String dtype, long[] shape, double[] values, int count) {
    switch (dtype) {
      case "float32" -> {
        ByteBuffer bytes = direct(count * 4L);
        for (int i = 0; i < count; i++) {
          bytes.putFloat(i * 4, (float) values[i]);
        }
        return new Tensor.Floats(shape, bytes.asFloatBuffer());
      }
      case "float64" -> {
        ByteBuffer bytes = direct(count * 8L);
        for (int i = 0; i < count; i++) {
          bytes.putDouble(i * 8, values[i]);
        }
        return new Tensor.Doubles(shape, bytes.asDoubleBuffer());
      }
      case "bool" -> {
        ByteBuffer bytes = direct(count);
        for (int i = 0; i < count; i++) {
          bytes.put(i, (byte) values[i]);
        }
        return new Tensor.Booleans(shape, bytes);
      }
      default -> throw new IllegalArgumentException("no tensor of numbers: " + dtype);
    }
  }

  /// @param dtype `int64`, `int32`, `uint8` or `int8`; the values fit it
  public static Tensor ofWholes(String dtype, long[] shape, long[] values, int count) {
    switch (dtype) {
      case "int64" -> {
        ByteBuffer bytes = direct(count * 8L);
        for (int i = 0; i < count; i++) {
          bytes.putLong(i * 8, values[i]);
        }
        return new Tensor.Longs(shape, bytes.asLongBuffer());
      }
      case "int32" -> {
        ByteBuffer bytes = direct(count * 4L);
        for (int i = 0; i < count; i++) {
          bytes.putInt(i * 4, (int) values[i]);
        }
        return new Tensor.Ints(shape, bytes.asIntBuffer());
      }
      case "uint8", "int8" -> {
        ByteBuffer bytes = direct(count);
        for (int i = 0; i < count; i++) {
          bytes.put(i, (byte) values[i]);
        }
        return new Tensor.Bytes(shape, bytes, dtype.equals("int8"));
      }
      default -> throw new IllegalArgumentException("no tensor of whole numbers: " + dtype);
    }
  }

  /// A direct buffer in native order.
  ///
  /// @throws RefusedInput.TooLarge over 2 GiB
  public static ByteBuffer direct(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new RefusedInput.TooLarge("a tensor of " + bytes + " bytes is too large");
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
  }
}
