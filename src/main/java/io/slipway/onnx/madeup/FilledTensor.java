package io.slipway.onnx.madeup;

import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/// Creates a tensor of any supported type with the content of a [Fill].
final class FilledTensor {
  private FilledTensor() {}

  /// @param shape whose elements fit into one array
  /// @param shapes of all inputs
  static Tensor of(String dtype, long[] shape, Fill fill, Map<String, long[]> shapes) {
    int count = (int) Tensor.count(shape);
    IntToDoubleFunction number = i -> fill.number(i, count, shapes);
    return switch (dtype) {
      case "float32" -> {
        FloatBuffer data = FloatBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
          data.put(i, (float) number.applyAsDouble(i));
        }
        yield new Tensor.Floats(shape, data);
      }
      case "float64" -> {
        DoubleBuffer data = DoubleBuffer.allocate(count);
        Arrays.setAll(data.array(), number);
        yield new Tensor.Doubles(shape, data);
      }
      case "int64" -> {
        LongBuffer data = LongBuffer.allocate(count);
        Arrays.setAll(data.array(), i -> (long) number.applyAsDouble(i));
        yield new Tensor.Longs(shape, data);
      }
      case "int32" -> {
        IntBuffer data = IntBuffer.allocate(count);
        Arrays.setAll(data.array(), i -> (int) number.applyAsDouble(i));
        yield new Tensor.Ints(shape, data);
      }
      case "bool" -> {
        ByteBuffer data = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
          data.put(i, (byte) (number.applyAsDouble(i) == 0 ? 0 : 1));
        }
        yield new Tensor.Booleans(shape, data);
      }
      case "uint8" -> new Tensor.Bytes(shape, bytes(count, number), false);
      case "int8" -> new Tensor.Bytes(shape, bytes(count, number), true);
      case "string" -> {
        String[] data = new String[count];
        Arrays.fill(data, fill instanceof Fill.Text(String value) ? value : "a");
        yield new Tensor.Strings(shape, data);
      }
      default -> bits(Tensor.Kind.valueOf(dtype.toUpperCase(Locale.ROOT)), shape, count, number);
    };
  }

  private static ByteBuffer bytes(int count, IntToDoubleFunction number) {
    ByteBuffer data = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      data.put(i, (byte) number.applyAsDouble(i));
    }
    return data;
  }

  private static Tensor bits(
      Tensor.Kind kind, long[] shape, int count, IntToDoubleFunction number) {
    ByteBuffer data = ByteBuffer.allocate(count * kind.bytes()).order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      double value = number.applyAsDouble(i);
      switch (kind) {
        case INT16, UINT16 -> data.putShort((short) value);
        case UINT32 -> data.putInt((int) value);
        case UINT64 -> data.putLong((long) value);
        case FLOAT16 -> data.putShort(Float.floatToFloat16((float) value));
        case BFLOAT16 -> data.putShort((short) (Float.floatToRawIntBits((float) value) >>> 16));
      }
    }
    return new Tensor.Bits(shape, data.flip(), kind);
  }
}
