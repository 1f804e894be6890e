package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;

/// A column bound to an input of the model.
///
/// @param name of the input
/// @param dtype the input's element type
/// @param column with the values
/// @param dims the dimensions of one row, -1 where variable; unused for whole tensors
public record Binding(String name, String dtype, Column column, List<Long> dims) {

  /// Whether rows of a batch may differ in size, so that they must be run one by one.
  public boolean varies() {
    return column.type() instanceof ColumnType.Direct
        || !(column.type() instanceof ColumnType.Ids) && dims.contains(-1L);
  }

  /// Whether rows of different sizes are padded to the longest of a run.
  public boolean padded() {
    return column.type() instanceof ColumnType.Ids ids && !ids.fixed();
  }

  /// The size of a row, for a binding that is [#padded].
  public int size(Frame row) {
    return Math.max(1, ids(row).length);
  }

  /// The tensor of `rows`, in memory of `arena`.
  public Tensor bind(List<Frame> rows, Arena arena) {
    return switch (column.type()) {
      case ColumnType.Direct d ->
          (Tensor) Objects.requireNonNull(rows.getFirst().object(column.slot()));
      case ColumnType.Text t -> strings(rows);
      case ColumnType.Category c -> strings(rows);
      case ColumnType.Ids ids -> ids(rows, ids, arena);
      case ColumnType.Scalar s -> scalars(rows, arena);
      case ColumnType.Vector v -> arrays(rows, arena);
      case ColumnType.Image i -> arrays(rows, arena);
      case ColumnType.Array a -> arrays(rows, arena);
      case ColumnType.Tokens t -> throw new IllegalStateException("tokens are no tensor");
      case ColumnType.Encoded e -> throw new IllegalStateException("an encoded image is no tensor");
    };
  }

  /// ONNX strings have no null: null becomes the empty string.
  private Tensor strings(List<Frame> rows) {
    String[] values = new String[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = text(rows.get(i));
    }
    return new Tensor.Strings(shape(rows.size(), dims), values);
  }

  String text(Frame row) {
    Object value = row.object(column.slot());
    return value == null ? "" : (String) value;
  }

  /// The number of elements of one row with known dimensions.
  int length() {
    return Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
  }

  /// Writes `row`, with known dimensions, as the only one, replacing the previous content.
  void write(Frame row, ElementWriter writer) {
    if (column.type() instanceof ColumnType.Scalar) {
      writer.put(0, number(row, writer));
    } else {
      RowArray array = RowArray.of(row, column);
      if (array.sparse()) {
        writer.clear();
      }
      array.write(writer, 0, writer.count());
    }
  }

  private double number(Frame row, ElementWriter writer) {
    double value = row.number(column.slot());
    if (Double.isNaN(value) && !writer.holdsNaN()) {
      throw new RefusedInput.Invalid(
          column.pointer(), "missing_value", "the model does not accept a missing number here");
    }
    return value;
  }

  private Tensor scalars(List<Frame> rows, Arena arena) {
    ElementWriter writer = ElementWriter.of(dtype, rows.size(), arena);
    for (int i = 0; i < rows.size(); i++) {
      writer.put(i, number(rows.get(i), writer));
    }
    return writer.tensor(shape(rows.size(), dims));
  }

  private Tensor ids(List<Frame> rows, ColumnType.Ids type, Arena arena) {
    int length = type.fixed() ? type.maxLength() : 1;
    for (Frame row : rows) {
      length = Math.max(length, ids(row).length);
    }
    ElementWriter writer = ElementWriter.of(dtype, (long) rows.size() * length, arena);
    for (int i = 0; i < rows.size(); i++) {
      long[] ids = ids(rows.get(i));
      for (int j = 0; j < length; j++) {
        writer.put(i * length + j, j < ids.length ? ids[j] : type.padding());
      }
    }
    return writer.tensor(new long[] {rows.size(), length});
  }

  private long[] ids(Frame row) {
    return (long[]) Objects.requireNonNull(row.object(column.slot()));
  }

  private Tensor arrays(List<Frame> rows, Arena arena) {
    RowArray first = RowArray.of(rows.getFirst(), column);
    List<Long> actual = dims.contains(-1L) ? first.dims() : dims;
    int length = Math.toIntExact(actual.stream().reduce(1L, Math::multiplyExact));
    ElementWriter writer =
        ElementWriter.of(dtype, Math.multiplyExact((long) rows.size(), length), arena);
    for (int i = 0; i < rows.size(); i++) {
      RowArray.of(rows.get(i), column).write(writer, i * length, length);
    }
    return writer.tensor(shape(rows.size(), actual));
  }

  static long[] shape(int rows, List<Long> dims) {
    long[] shape = new long[dims.size() + 1];
    shape[0] = rows;
    for (int i = 0; i < dims.size(); i++) {
      shape[i + 1] = dims.get(i);
    }
    return shape;
  }
}
