package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads numbers and rows from tensors.
public final class TensorReader {
  private TensorReader() {}

  /// The number of elements.
  public static int count(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats t -> t.data().limit();
      case Tensor.Doubles t -> t.data().limit();
      case Tensor.Longs t -> t.data().limit();
      case Tensor.Ints t -> t.data().limit();
      case Tensor.Booleans t -> t.data().limit();
      case Tensor.Bytes t -> t.data().limit();
      case Tensor.Bits t -> t.count();
      case Tensor.Strings t -> t.data().length;
    };
  }

  /// The element at `index` as a double; NaN for strings.
  public static double number(Tensor tensor, int index) {
    return switch (tensor) {
      case Tensor.Floats t -> t.data().get(index);
      case Tensor.Doubles t -> t.data().get(index);
      case Tensor.Longs t -> t.data().get(index);
      case Tensor.Ints t -> t.data().get(index);
      case Tensor.Booleans t -> t.data().get(index);
      case Tensor.Bytes t -> t.signed() ? t.data().get(index) : t.data().get(index) & 0xff;
      case Tensor.Bits t -> t.number(index);
      case Tensor.Strings t -> Double.NaN;
    };
  }

  /// The elements `from` to `from + length` as a tensor of `shape`, sharing memory.
  public static Tensor slice(Tensor tensor, int from, int length, long[] shape) {
    return switch (tensor) {
      case Tensor.Floats t -> new Tensor.Floats(shape, t.data().slice(from, length));
      case Tensor.Doubles t -> new Tensor.Doubles(shape, t.data().slice(from, length));
      case Tensor.Longs t -> new Tensor.Longs(shape, t.data().slice(from, length));
      case Tensor.Ints t -> new Tensor.Ints(shape, t.data().slice(from, length));
      case Tensor.Booleans t -> new Tensor.Booleans(shape, t.data().slice(from, length));
      case Tensor.Bytes t -> new Tensor.Bytes(shape, t.data().slice(from, length), t.signed());
      case Tensor.Bits t ->
          new Tensor.Bits(
              shape,
              t.data()
                  .slice(from * t.kind().bytes(), length * t.kind().bytes())
                  .order(ByteOrder.nativeOrder()),
              t.kind());
      case Tensor.Strings t -> {
        String[] part = new String[length];
        System.arraycopy(t.data(), from, part, 0, length);
        yield new Tensor.Strings(shape, part);
      }
    };
  }

  /// Stacks `rows` to one tensor with a new first dimension; null where their shapes or types
  /// differ.
  public static @Nullable Tensor stacked(List<Tensor> rows) {
    Tensor first = rows.getFirst();
    int length = count(first);
    int count = Math.multiplyExact(rows.size(), length);
    long[] shape = new long[first.shape().length + 1];
    shape[0] = rows.size();
    System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
    for (Tensor row : rows) {
      if (row.getClass() != first.getClass() || !Arrays.equals(row.shape(), first.shape())) {
        return null;
      }
    }
    return switch (first) {
      case Tensor.Floats _ -> {
        FloatBuffer all = FloatBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Floats) row).data().duplicate()));
        yield new Tensor.Floats(shape, all.flip());
      }
      case Tensor.Doubles _ -> {
        DoubleBuffer all = DoubleBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Doubles) row).data().duplicate()));
        yield new Tensor.Doubles(shape, all.flip());
      }
      case Tensor.Longs _ -> {
        LongBuffer all = LongBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Longs) row).data().duplicate()));
        yield new Tensor.Longs(shape, all.flip());
      }
      case Tensor.Ints _ -> {
        IntBuffer all = IntBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Ints) row).data().duplicate()));
        yield new Tensor.Ints(shape, all.flip());
      }
      case Tensor.Booleans _ -> {
        ByteBuffer all = ByteBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Booleans) row).data().duplicate()));
        yield new Tensor.Booleans(shape, all.flip());
      }
      case Tensor.Bytes b -> {
        ByteBuffer all = ByteBuffer.allocate(count);
        rows.forEach(row -> all.put(((Tensor.Bytes) row).data().duplicate()));
        yield new Tensor.Bytes(shape, all.flip(), b.signed());
      }
      case Tensor.Bits b -> {
        ByteBuffer all =
            ByteBuffer.allocate(Math.multiplyExact(count, b.kind().bytes()))
                .order(ByteOrder.nativeOrder());
        rows.forEach(row -> all.put(((Tensor.Bits) row).data().duplicate()));
        yield new Tensor.Bits(shape, all.flip(), b.kind());
      }
      case Tensor.Strings _ ->
          new Tensor.Strings(
              shape,
              rows.stream()
                  .flatMap(row -> Arrays.stream(((Tensor.Strings) row).data()))
                  .toArray(String[]::new));
    };
  }
}
