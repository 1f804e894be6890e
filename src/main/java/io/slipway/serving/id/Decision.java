package io.slipway.serving.id;

import org.jspecify.annotations.Nullable;

/// What a prediction id says of the decision, as far as its bits reach.
public sealed interface Decision {
  /// The decided label, and a score between 0 and 1: of the second label where there are two, else
  /// of the decided one.
  ///
  /// @param index of the label, in the order of the bundle's; null where it is too large
  /// @param score rounded to a multiple of `step`; null where it was none between 0 and 1
  record Label(@Nullable Integer index, @Nullable Double score, double step) implements Decision {}

  /// A number without a label.
  ///
  /// @param value rounded to 16 significant bits; infinite beyond 3.4e38, NaN where it was none
  record Value(double value) implements Decision {}

  /// Tensors, of which an id says nothing.
  record None() implements Decision {}
}
