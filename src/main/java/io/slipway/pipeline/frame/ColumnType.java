package io.slipway.pipeline.frame;

import java.util.List;

/// What a column holds, as far as it is known before any row is seen.
public sealed interface ColumnType {

  /// Whether a row may have null here.
  default boolean nullable() {
    return false;
  }

  /// A scalar in [Frame#number]: null is NaN.
  sealed interface Scalar extends ColumnType {}

  /// A double; NaN is a value of its own once the step `number` has run (`nullable` false).
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

  /// A canonical category, a `String`; null stays null.
  record Category(boolean nullable) implements ColumnType {}

  /// A `List<String>`.
  record Tokens() implements ColumnType {}

  /// A `double[length]` (dense) or a [SparseVector].
  record Vector(int length, boolean nullable) implements ColumnType {
    public Vector(int length) {
      this(length, false);
    }
  }

  /// A `long[]` of at most `maxLength`; rows of a batch are padded with `padding`, to `maxLength`
  /// where `fixed`, else to the longest row.
  record Ids(int maxLength, boolean fixed, long padding) implements ColumnType {}

  /// The raw bytes of an encoded image, a `byte[]`.
  record Encoded() implements ColumnType {}

  /// Pixels, height × width × channels, interleaved: a [Pixels]. -1: not known before decoding.
  ///
  /// @param floating whether the values are doubles rather than bytes
  record Image(int width, int height, int channels, boolean floating) implements ColumnType {}

  /// An array with the dimensions of one row (no batch dimension; -1: varies): a [Pixels] whose
  /// values already lie in this order, or a `double[]`.
  record Array(List<Long> dims, boolean floating) implements ColumnType {}

  /// A whole tensor, batch dimension included: a [Tensor].
  ///
  /// @param ranked false where it may have any number of dimensions; `shape` is empty then
  record Direct(String dtype, List<Long> shape, boolean ranked) implements ColumnType {}
}
