package io.slipway.serving.id;

import org.jspecify.annotations.Nullable;

/// The decision encoded in a prediction id, with limited precision.
public sealed interface Decision {
  /// A label, and a score between 0 and 1: that of the second label where there are two, otherwise
  /// that of the decided label.
  ///
  /// @param index of the label in the bundle's list; null where it is too large
  /// @param score rounded to a multiple of `step`; null where it was not between 0 and 1
  record Label(@Nullable Integer index, @Nullable Double score, double step) implements Decision {}

  /// A number without a label.
  ///
  /// @param value rounded to 16 significant bits; infinite beyond 3.4e38, NaN where it was NaN
  record Value(double value) implements Decision {}

  /// Tensors, which an id does not encode.
  record None() implements Decision {}
}
