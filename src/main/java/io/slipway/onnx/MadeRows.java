package io.slipway.onnx;

import io.slipway.pipeline.frame.Graph.Port;
import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Random rows for a model without examples, in the shapes that it accepts.
final class MadeRows {
  private static final int ROWS = 16;
  private static final int[] SIZES = {4, 1, 16, 32, 224};
  private static final long MOST_ELEMENTS = 1L << 22;

  private MadeRows() {}

  /// Rows that the model can run; empty where no size of its free dimensions works.
  static List<Map<String, Tensor>> of(BundleModel model, Random random) {
    for (int size : SIZES) {
      List<Map<String, Tensor>> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        Map<String, Tensor> row = row(model, size, random);
        if (row == null) {
          break;
        }
        rows.add(row);
      }
      if (!rows.isEmpty() && runs(model, rows.getFirst())) {
        return rows;
      }
    }
    return List.of();
  }

  private static boolean runs(BundleModel model, Map<String, Tensor> row) {
    try {
      return TrialRow.alone(row, model, false) != null;
    } catch (ModelFailure e) {
      return false;
    }
  }

  private static @Nullable Map<String, Tensor> row(BundleModel model, int size, Random random) {
    Map<String, Tensor> row = new LinkedHashMap<>();
    Map<String, List<Long>> shapes = model.pipeline().shapes();
    for (Map.Entry<String, Port> input : model.signature().inputs().entrySet()) {
      List<Long> dims = shapes.getOrDefault(input.getKey(), List.of());
      long[] shape = new long[dims.size() + 1];
      shape[0] = 1;
      long elements = 1;
      for (int i = 0; i < dims.size(); i++) {
        shape[i + 1] = dims.get(i) < 0 ? size : dims.get(i);
        elements = Math.min(MOST_ELEMENTS + 1, elements * shape[i + 1]);
      }
      if (elements > MOST_ELEMENTS) {
        return null;
      }
      Tensor tensor = tensor(input.getValue().dtype(), shape, (int) elements, random);
      if (tensor == null) {
        return null;
      }
      row.put(input.getKey(), tensor);
    }
    return row;
  }

  private static @Nullable Tensor tensor(String dtype, long[] shape, int elements, Random random) {
    return switch (dtype) {
      case "float32" -> {
        FloatBuffer data = FloatBuffer.allocate(elements);
        for (int i = 0; i < elements; i++) {
          data.put(i, (float) random.nextGaussian());
        }
        yield new Tensor.Floats(shape, data);
      }
      case "float64" -> {
        DoubleBuffer data = DoubleBuffer.allocate(elements);
        for (int i = 0; i < elements; i++) {
          data.put(i, random.nextGaussian());
        }
        yield new Tensor.Doubles(shape, data);
      }
      case "int64" -> {
        LongBuffer data = LongBuffer.allocate(elements);
        for (int i = 0; i < elements; i++) {
          data.put(i, random.nextInt(2));
        }
        yield new Tensor.Longs(shape, data);
      }
      case "int32" -> {
        IntBuffer data = IntBuffer.allocate(elements);
        for (int i = 0; i < elements; i++) {
          data.put(i, random.nextInt(2));
        }
        yield new Tensor.Ints(shape, data);
      }
      case "bool" -> new Tensor.Booleans(shape, bits(elements, random));
      case "uint8" -> new Tensor.Bytes(shape, bits(elements, random), false);
      case "int8" -> new Tensor.Bytes(shape, bits(elements, random), true);
      case "float16" -> {
        ByteBuffer data = ByteBuffer.allocate(2 * elements).order(ByteOrder.nativeOrder());
        for (int i = 0; i < elements; i++) {
          data.putShort(2 * i, Float.floatToFloat16((float) random.nextGaussian()));
        }
        yield new Tensor.Bits(shape, data, Tensor.Kind.FLOAT16);
      }
      case "string" -> {
        String[] data = new String[elements];
        for (int i = 0; i < elements; i++) {
          data[i] = List.of("a", "b c", "1", "").get(random.nextInt(4));
        }
        yield new Tensor.Strings(shape, data);
      }
      default -> null;
    };
  }

  private static ByteBuffer bits(int elements, Random random) {
    ByteBuffer data = ByteBuffer.allocate(elements);
    for (int i = 0; i < elements; i++) {
      data.put(i, (byte) random.nextInt(2));
    }
    return data;
  }
}
