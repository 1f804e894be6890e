package io.slipway.pipeline.frame;

import java.util.List;

/// The static type of a column, known before any row is read.
public sealed interface ColumnType {

  /// Whether its value may be null.
  default boolean nullable() {
    return false;
  }

  /// A scalar, read by [Frame#number]; null is NaN.
  sealed interface Scalar extends ColumnType {}

  /// A double; after the step `number` NaN is a regular value (`nullable` is false).
  record Number(boolean nullable) implements Scalar {}

  /// A whole number within ±2^53.
  record Whole(boolean nullable) implements Scalar {}

  /// 1 or 0.
  record Flag(boolean nullable) implements Scalar {}

  /// Days since 1970-01-01.
  record Date(boolean nullable) implements Scalar {}

  /// Seconds since 1970-01-01T00:00Z, with fractions.
  record Timestamp(boolean nullable) implements Scalar {}

  /// A `String` in [Frame#object].
  record Text(boolean nullable) implements ColumnType {}

  /// A declared category as a `String`; null stays null.
  record Category(boolean nullable) implements ColumnType {}

  /// A `List<String>`.
  record Tokens() implements ColumnType {}

  /// A `double[length]` (dense) or a [SparseVector].
  record Vector(int length, boolean nullable) implements ColumnType {
    public Vector(int length) {
      this(length, false);
    }
  }

  /// A `long[]` of at most `maxLength`. Rows of a batch are padded with `padding`: to `maxLength`
  /// where `fixed`, otherwise to the longest row.
  record Ids(int maxLength, boolean fixed, long padding) implements ColumnType {}

  /// The raw bytes of an encoded image, a `byte[]`.
  record Encoded() implements ColumnType {}

  /// Pixels, height × width × channels, interleaved, as [Pixels]; -1: unknown before decoding.
  ///
  /// @param floating whether the values are doubles rather than bytes
  record Image(int width, int height, int channels, boolean floating) implements ColumnType {}

  /// An array with the dimensions of one row (without the batch; -1: variable): a [Pixels] whose
  /// values are already in this order, or a `double[]`.
  record Array(List<Long> dims, boolean floating) implements ColumnType {}

  /// A whole tensor, batch dimension included: a [Tensor].
  ///
  /// @param ranked false where the number of dimensions is free; `shape` is empty then
  record Direct(String dtype, List<Long> shape, boolean ranked) implements ColumnType {}
}
