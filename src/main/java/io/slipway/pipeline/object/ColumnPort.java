package io.slipway.pipeline.object;

import io.slipway.bundle.Field;
import io.slipway.pipeline.frame.Graph;
import java.util.List;

/// The type of an object's member as a column of tensors.
///
/// @param dtype of the values: `float64`, `int64`, `bool`, `string`, or `bytes` for binary data
/// @param width the number of values per row
/// @param vector whether a row is a list of values, even if of one
/// @param nullable whether values, or the whole column, may be missing
public record ColumnPort(String dtype, int width, boolean vector, boolean nullable) {
  /// The type of binary data: a mail, an image.
  public static final String BYTES = "bytes";

  static ColumnPort of(Field field) {
    return switch (field) {
      case Field.NumberField f -> one("float64", f);
      case Field.IntegerField f -> one("int64", f);
      case Field.BooleanField f -> one("bool", f);
      case Field.StringField f -> one("string", f);
      case Field.CategoryField f -> one("string", f);
      case Field.DateField f -> one("string", f);
      case Field.TimestampField f -> one("string", f);
      case Field.VectorField f -> new ColumnPort("float64", f.length(), true, f.nullable());
    };
  }

  private static ColumnPort one(String dtype, Field field) {
    return new ColumnPort(dtype, 1, false, field.nullable());
  }

  /// The only column of an object that is a single value.
  static ColumnPort only(String dtype) {
    return new ColumnPort(dtype, 1, false, false);
  }

  /// The column as an input port with any number of rows.
  public Graph.Port port() {
    return new Graph.Port(dtype.equals(BYTES) ? "string" : dtype, List.of(-1L, (long) width));
  }
}
