package io.slipway.onnx;

import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/// Makes outliers of a row, as the worst that another caller can send beside it.
final class RowVariants {
  private RowVariants() {}

  /// Rows of the same shape: a thousand times as large, the same negated, all zero, and with the
  /// elements in another order.
  static List<Map<String, Tensor>> of(Map<String, Tensor> row, Random random) {
    List<Map<String, Tensor>> variants = new ArrayList<>();
    for (DoubleUnaryOperator change :
        List.<DoubleUnaryOperator>of(x -> 1000 * x, x -> -1000 * x, x -> 0, x -> x + 1)) {
      Map<String, Tensor> variant = new LinkedHashMap<>();
      row.forEach((name, tensor) -> variant.put(name, changed(tensor, change, random)));
      variants.add(variant);
    }
    return variants;
  }

  /// Changes numbers; integers, which may be indices into a table, are only permuted.
  private static Tensor changed(Tensor tensor, DoubleUnaryOperator change, Random random) {
    return switch (tensor) {
      case Tensor.Floats t -> {
        FloatBuffer data = FloatBuffer.allocate(t.data().limit());
        for (int i = 0; i < data.limit(); i++) {
          data.put(i, (float) change.applyAsDouble(t.data().get(i)));
        }
        yield new Tensor.Floats(t.shape(), data);
      }
      case Tensor.Doubles t -> {
        DoubleBuffer data = DoubleBuffer.allocate(t.data().limit());
        for (int i = 0; i < data.limit(); i++) {
          data.put(i, change.applyAsDouble(t.data().get(i)));
        }
        yield new Tensor.Doubles(t.shape(), data);
      }
      case Tensor.Longs t -> {
        LongBuffer data = LongBuffer.allocate(t.data().limit());
        int turn = turn(data.limit(), random);
        for (int i = 0; i < data.limit(); i++) {
          data.put(i, t.data().get((i + turn) % data.limit()));
        }
        yield new Tensor.Longs(t.shape(), data);
      }
      case Tensor.Ints t -> {
        IntBuffer data = IntBuffer.allocate(t.data().limit());
        int turn = turn(data.limit(), random);
        for (int i = 0; i < data.limit(); i++) {
          data.put(i, t.data().get((i + turn) % data.limit()));
        }
        yield new Tensor.Ints(t.shape(), data);
      }
      case Tensor.Booleans t -> new Tensor.Booleans(t.shape(), turned(t.data(), 1, random));
      case Tensor.Bytes t -> new Tensor.Bytes(t.shape(), turned(t.data(), 1, random), t.signed());
      case Tensor.Bits t ->
          new Tensor.Bits(t.shape(), turned(t.data(), t.kind().bytes(), random), t.kind());
      case Tensor.Strings t -> {
        List<String> data = new ArrayList<>(List.of(t.data()));
        Collections.shuffle(data, random);
        if (!data.isEmpty()) {
          data.set(0, change.applyAsDouble(1) == 0 ? "" : data.getFirst() + " " + data.getFirst());
        }
        yield new Tensor.Strings(t.shape(), data.toArray(String[]::new));
      }
    };
  }

  private static int turn(int length, Random random) {
    return length == 0 ? 0 : random.nextInt(length);
  }

  private static ByteBuffer turned(ByteBuffer data, int size, Random random) {
    int bytes = data.limit();
    ByteBuffer other = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    int turn = size * turn(bytes / size, random);
    for (int i = 0; i < bytes; i++) {
      other.put(i, data.get((i + turn) % bytes));
    }
    return other;
  }
}
