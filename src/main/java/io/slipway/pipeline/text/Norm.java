package io.slipway.pipeline.text;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A vector norm for scaling vectors to length 1 like scikit-learn's `normalize`, which leaves zero
/// vectors unchanged.
enum Norm {
  L1,
  L2,
  NONE;

  /// The norm with this name in a step; null where there is none.
  static @Nullable Norm of(@Nullable String name) {
    if (name == null) {
      return NONE;
    }
    return switch (name) {
      case "l1", "l2" -> valueOf(name.toUpperCase(Locale.ROOT));
      default -> null;
    };
  }

  /// Divides the first `count` of `values` by their norm.
  void apply(double[] values, int count) {
    double norm = 0;
    for (int i = 0; i < count; i++) {
      norm += this == L1 ? Math.abs(values[i]) : values[i] * values[i];
    }
    norm = this == L2 ? Math.sqrt(norm) : norm;
    if (this == NONE || norm == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      values[i] /= norm;
    }
  }
}
