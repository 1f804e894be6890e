package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.Tensor;

/// Reads numbers and rows out of tensors.
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
      case Tensor.Strings t -> {
        String[] part = new String[length];
        System.arraycopy(t.data(), from, part, 0, length);
        yield new Tensor.Strings(shape, part);
      }
    };
  }
}
