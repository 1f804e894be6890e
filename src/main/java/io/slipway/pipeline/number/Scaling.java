package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Transform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// scikit-learn's StandardScaler and RobustScaler, (x − mean) / scale, and MinMaxScaler, x·scale +
/// min.
final class Scaling {
  private Scaling() {}

  static @Nullable Transform compile(Step.StandardScale step, CompileScope scope) {
    double[] mean = scope.numbers(step.mean());
    double[] scale = scope.numbers(step.scale());
    if (mean == null || scale == null || !fits(step, mean, scale, "mean", scope)) {
      scope.writeBroken(step.out() == null ? step.in() : step.out());
      return null;
    }
    return Elementwise.compile(
        step,
        scope,
        mean.length,
        i -> {
          double m = mean[i];
          double s = scale[i];
          return x -> (x - m) / s;
        });
  }

  static @Nullable Transform compile(Step.MinmaxScale step, CompileScope scope) {
    double[] scale = scope.numbers(step.scale());
    double[] min = scope.numbers(step.min());
    List<Double> range = step.featureRange();
    if (range.size() != 2 || range.get(0) >= range.get(1)) {
      scope.finding("inconsistent", "feature_range: expected two ascending numbers");
      range = List.of(0.0, 1.0);
    }
    if (scale == null || min == null || !fits(step, min, scale, "min", scope)) {
      scope.writeBroken(step.out() == null ? step.in() : step.out());
      return null;
    }
    double low = range.get(0);
    double high = range.get(1);
    boolean clip = step.clip();
    return Elementwise.compile(
        step,
        scope,
        min.length,
        i -> {
          double s = scale[i];
          double m = min[i];
          return clip
              ? x -> {
                double y = x * s + m;
                return y < low ? low : y > high ? high : y;
              }
              : x -> x * s + m;
        });
  }

  private static boolean fits(
      Step step, double[] offset, double[] scale, String name, CompileScope scope) {
    boolean fits = true;
    if (offset.length != scale.length) {
      scope.finding(
          "wrong_arity", name + " has " + offset.length + " numbers and scale " + scale.length);
      fits = false;
    }
    for (double s : scale) {
      if (s == 0 && step instanceof Step.StandardScale) {
        scope.finding("out_of_range", "scale: a zero divides by zero");
        return false;
      }
    }
    return fits;
  }
}
