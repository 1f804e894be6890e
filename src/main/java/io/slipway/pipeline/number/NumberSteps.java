package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Steps on numbers. NaN propagates, as in NumPy.
public final class NumberSteps {
  private NumberSteps() {}

  /// Compiles `step`; null, with a finding, where it does not fit.
  public static @Nullable Transform compile(Step.OnNumbers step, CompileScope scope) {
    return switch (step) {
      case Step.Number s -> number(s, scope);
      case Step.Impute s -> Imputation.compile(s, scope);
      case Step.MissingIndicator s -> Imputation.compile(s, scope);
      case Step.Clip s -> clip(s, scope);
      case Step.Log1p s -> each(s, scope, Math::log1p);
      case Step.Log s -> each(s, scope, Math::log);
      case Step.Sqrt s -> each(s, scope, Math::sqrt);
      case Step.Abs s -> each(s, scope, Math::abs);
      case Step.Power s -> {
        double exponent = s.exponent();
        yield each(s, scope, x -> Math.pow(x, exponent));
      }
      case Step.Ratio s -> fold(s, scope, 2, 2, (a, b) -> b == 0 ? 0 : a / b);
      case Step.Difference s -> fold(s, scope, 2, 2, (a, b) -> a - b);
      case Step.Sum s -> fold(s, scope, 1, Integer.MAX_VALUE, Double::sum);
      case Step.Product s -> fold(s, scope, 1, Integer.MAX_VALUE, (a, b) -> a * b);
      case Step.StandardScale s -> Scaling.compile(s, scope);
      case Step.MinmaxScale s -> Scaling.compile(s, scope);
      case Step.Quantile s -> Binning.compile(s, scope);
      case Step.Kbins s -> Binning.compile(s, scope);
      case Step.Concat s -> Concatenation.compile(s, scope);
    };
  }

  private static @Nullable Transform each(
      Step step, CompileScope scope, DoubleUnaryOperator function) {
    return Elementwise.compile(step, scope, -1, i -> function);
  }

  /// The values are already doubles with NaN for null: the step changes the type, and copies where
  /// it renames.
  private static @Nullable Transform number(Step.Number step, CompileScope scope) {
    List<String> out = Places.outOf(step, scope);
    if (out == null) {
      return null;
    }
    List<Column> from = new ArrayList<>();
    for (String name : step.in()) {
      Column column = scope.read(name);
      boolean fits =
          column != null
              && switch (column.type()) {
                case ColumnType.Number t -> true;
                case ColumnType.Whole t -> true;
                case ColumnType.Flag t -> true;
                default -> {
                  scope.wrongType(column, "a number, integer or boolean");
                  yield false;
                }
              };
      if (!fits) {
        scope.writeBroken(out);
        return null;
      }
      from.add(column);
    }
    int[] source = from.stream().mapToInt(Column::slot).toArray();
    int[] target = new int[source.length];
    for (int i = 0; i < target.length; i++) {
      target[i] = scope.write(out.get(i), new ColumnType.Number(false)).slot();
    }
    return frame -> {
      for (int i = 0; i < source.length; i++) {
        frame.number(target[i], frame.number(source[i]));
      }
    };
  }

  private static @Nullable Transform clip(Step.Clip step, CompileScope scope) {
    double min = step.min() == null ? Double.NEGATIVE_INFINITY : step.min();
    double max = step.max() == null ? Double.POSITIVE_INFINITY : step.max();
    if (min > max) {
      scope.finding("inconsistent", "min is over max");
    }
    return each(step, scope, x -> x < min ? min : x > max ? max : x);
  }

  private static @Nullable Transform fold(
      Step step, CompileScope scope, int least, int most, DoubleBinaryOperator operator) {
    if (!Places.hasArity(step, least, most, scope)) {
      return null;
    }
    List<String> out = step.out() == null ? List.of() : step.out();
    int[] from = new int[step.in().size()];
    for (int i = 0; i < from.length; i++) {
      Column column = scope.number(step.in().get(i));
      if (column == null) {
        scope.writeBroken(out);
        return null;
      }
      from[i] = column.slot();
    }
    int to = scope.write(out.getFirst(), new ColumnType.Number(false)).slot();
    return frame -> {
      double result = frame.number(from[0]);
      for (int i = 1; i < from.length; i++) {
        result = operator.applyAsDouble(result, frame.number(from[i]));
      }
      frame.number(to, result);
    };
  }
}
