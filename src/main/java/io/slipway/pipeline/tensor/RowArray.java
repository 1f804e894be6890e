package io.slipway.pipeline.tensor;

import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Pixels;
import io.slipway.pipeline.frame.SparseVector;
import java.util.List;
import java.util.Objects;

/// The array value of one row in a column: dense, sparse or pixels.
record RowArray(Object value, ColumnType type) {

  static RowArray of(Frame row, Column column) {
    return new RowArray(Objects.requireNonNull(row.object(column.slot())), column.type());
  }

  /// Whether only nonzero elements are written.
  boolean sparse() {
    return value instanceof SparseVector;
  }

  /// The dimensions of this row.
  List<Long> dims() {
    return switch (type) {
      case ColumnType.Vector v -> List.of((long) v.length());
      case ColumnType.Array(List<Long> dims, boolean floating) when value instanceof Pixels p ->
          ofPixels(dims, p);
      case ColumnType.Array a -> a.dims();
      case ColumnType.Image i when value instanceof Pixels p ->
          List.of((long) p.height(), (long) p.width(), (long) p.channels());
      default -> throw new IllegalStateException("no array: " + type);
    };
  }

  /// Replaces the open dimensions of a layout, channels first or last, by the image's own.
  private static List<Long> ofPixels(List<Long> dims, Pixels pixels) {
    long channels = pixels.channels();
    boolean first = dims.size() == 3 && dims.get(0) == channels;
    return first
        ? List.of(channels, (long) pixels.height(), (long) pixels.width())
        : List.of((long) pixels.height(), (long) pixels.width(), channels);
  }

  /// Writes the `length` elements of this row at `offset`; elements not written are zero.
  void write(ElementWriter writer, int offset, int length) {
    int written =
        switch (value) {
          case double[] dense -> writer.putAll(offset, dense);
          case SparseVector sparse -> {
            for (int i = 0; i < sparse.count(); i++) {
              writer.put(offset + sparse.indices()[i], sparse.values()[i]);
            }
            yield sparse.length();
          }
          case Pixels pixels -> {
            byte[] bytes = pixels.bytes();
            double[] values = pixels.values();
            yield bytes != null
                ? writer.putAll(offset, bytes)
                : writer.putAll(offset, Objects.requireNonNull(values));
          }
          default -> throw new IllegalStateException("no array: " + value.getClass());
        };
    if (written != length) {
      throw new IllegalStateException("a row has " + written + " elements, expected " + length);
    }
  }
}
