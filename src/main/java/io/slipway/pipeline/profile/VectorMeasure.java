package io.slipway.pipeline.profile;

import org.jspecify.annotations.Nullable;

/// A long vector as few numbers.
enum VectorMeasure {
  NORM,
  MEAN,
  DEVIATION,
  ZEROS;

  /// The name of the measure of the vector `name`.
  String nameOf(String name) {
    return name
        + switch (this) {
          case NORM -> ".norm";
          case MEAN -> ".mean";
          case DEVIATION -> ".deviation";
          case ZEROS -> ".zeros";
        };
  }

  /// NaN where there is no vector.
  double of(double @Nullable [] vector) {
    if (vector == null || vector.length == 0) {
      return Double.NaN;
    }
    double sum = 0;
    double squares = 0;
    int zeros = 0;
    for (double x : vector) {
      sum += x;
      squares += x * x;
      zeros += x == 0 ? 1 : 0;
    }
    double mean = sum / vector.length;
    return switch (this) {
      case NORM -> Math.sqrt(squares);
      case MEAN -> mean;
      case DEVIATION -> Math.sqrt(Math.max(0, squares / vector.length - mean * mean));
      case ZEROS -> (double) zeros / vector.length;
    };
  }
}
