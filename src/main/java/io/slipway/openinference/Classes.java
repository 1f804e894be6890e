package io.slipway.openinference;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The classification extension: the highest values of each row, or of a tensor without rows, as
/// strings `value:index` or `value:index:label`.
final class Classes {
  private Classes() {}

  /// @param most the number of classes per row
  /// @param hasRows whether the first dimension counts rows
  /// @param labels for the indices; empty where they are unknown
  /// @throws RefusedInput.Invalid where the output does not contain numbers
  static Tensor of(Tensor tensor, int most, boolean hasRows, List<String> labels) {
    if (tensor instanceof Tensor.Strings) {
      throw new RefusedInput.Invalid(
          "/outputs", "wrong_datatype", "\"classification\" is for outputs of numbers");
    }
    long[] shape = tensor.shape();
    boolean each = hasRows && shape.length > 0;
    int rows = each ? Math.toIntExact(shape[0]) : 1;
    int width = rows == 0 ? 0 : TensorReader.count(tensor) / rows;
    int shown = Math.min(most, width);
    String[] classes = new String[rows * shown];
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      int[] order =
          IntStream.range(0, width)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(i -> TensorReader.number(tensor, from + i))
                      .reversed())
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = 0; i < shown; i++) {
        String label = order[i] < labels.size() ? ":" + labels.get(order[i]) : "";
        classes[row * shown + i] = value(tensor, from + order[i]) + ":" + order[i] + label;
      }
    }
    return new Tensor.Strings(each ? new long[] {rows, shown} : new long[] {shown}, classes);
  }

  private static String value(Tensor tensor, int index) {
    return switch (tensor) {
      case Tensor.Floats t -> Float.toString(t.data().get(index));
      case Tensor.Doubles t -> Double.toString(t.data().get(index));
      case Tensor.Bits t when t.kind().floating() -> Float.toString(t.fraction(index));
      case Tensor.Bits t when t.kind() == Tensor.Kind.UINT64 ->
          Long.toUnsignedString(t.whole(index));
      case Tensor.Bits t -> Long.toString(t.whole(index));
      case Tensor.Longs t -> Long.toString(t.data().get(index));
      case Tensor.Ints _, Tensor.Bytes _, Tensor.Booleans _ ->
          Long.toString((long) TensorReader.number(tensor, index));
      case Tensor.Strings t -> t.data()[index];
    };
  }
}
