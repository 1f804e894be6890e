package io.slipway.pipeline.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A resampling filter: its support and its weights.
enum Filter {
  NEAREST(0),
  BILINEAR(1),
  BICUBIC(2),
  LANCZOS(3);

  /// The radius of the filter, in pixels of the coarser grid.
  final double support;

  Filter(double support) {
    this.support = support;
  }

  /// The filter with this name in a manifest; null where there is none.
  static @Nullable Filter named(String name) {
    int index = names().indexOf(name);
    return index < 0 ? null : values()[index];
  }

  /// The names in a manifest.
  static List<String> names() {
    return Arrays.stream(values()).map(f -> f.name().toLowerCase(Locale.ROOT)).toList();
  }

  /// The weight at distance `x`, before normalisation to a sum of 1.
  double weight(double x) {
    return switch (this) {
      case NEAREST -> x > -0.5 && x <= 0.5 ? 1 : 0;
      case BILINEAR -> Math.max(0, 1 - Math.abs(x));
      case BICUBIC -> cubic(Math.abs(x), -0.5);
      case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  /// Keys' cubic convolution with parameter `a`, for distances from 0 to 2.
  static double cubic(double x, double a) {
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }
}
