package io.slipway.pipeline.number;

import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.SparseVector;
import io.slipway.pipeline.frame.Transform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// scikit-learn's KBinsDiscretizer and QuantileTransformer (`output_distribution="uniform"`).
final class Binning {
  private Binning() {}

  /// Computes `searchsorted(edges[1:-1], x, side="right")`. A missing number is refused, as in
  /// scikit-learn.
  static @Nullable Transform compile(Step.Kbins step, CompileScope scope) {
    List<double[]> edges = tables(step, step.edges(), 2, "edges", scope);
    List<String> out = Places.outOf(step, scope);
    boolean oneHot = step.encode().startsWith("onehot");
    if (!List.of("ordinal", "onehot", "onehot-dense").contains(step.encode())) {
      scope.finding("unknown_value", "encode: expected \"ordinal\" or \"onehot\"");
      edges = null;
    }
    if (edges == null || out == null) {
      scope.writeBroken(step.out() == null ? step.in() : step.out());
      return null;
    }
    List<Transform> each = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      Column column = scope.number(step.in().get(i));
      if (column == null) {
        scope.writeBroken(out);
        return null;
      }
      double[] table = edges.get(i);
      ColumnType type =
          oneHot ? new ColumnType.Vector(table.length - 1) : new ColumnType.Number(false);
      Column target = scope.write(out.get(i), type);
      each.add(oneHot ? binVector(column, target, table) : binNumber(column, target, table));
    }
    return frame -> each.forEach(t -> t.apply(frame));
  }

  private static Transform binNumber(Column from, Column to, double[] edges) {
    return frame -> frame.number(to.slot(), bin(from, frame.number(from.slot()), edges));
  }

  private static Transform binVector(Column from, Column to, double[] edges) {
    return frame -> {
      int bin = bin(from, frame.number(from.slot()), edges);
      frame.object(
          to.slot(), new SparseVector(edges.length - 1, new int[] {bin}, new double[] {1}, 1));
    };
  }

  private static int bin(Column column, double x, double[] edges) {
    if (Double.isNaN(x)) {
      throw new RefusedInput.Invalid(
          column.pointer(), "missing_value", "the model has no bin for a missing number");
    }
    int bin = 0;
    while (bin < edges.length - 2 && x >= edges[bin + 1]) {
      bin++;
    }
    return bin;
  }

  /// The mean of the interpolations from below and from above, so that ties in the quantiles map to
  /// their middle; outside of the quantiles, the end values.
  static @Nullable Transform compile(Step.Quantile step, CompileScope scope) {
    List<double[]> quantiles = tables(step, step.quantiles(), 2, "quantiles", scope);
    double[] references = step.references().stream().mapToDouble(Double::doubleValue).toArray();
    if (quantiles == null
        || !isAscending(references, "references", scope)
        || quantiles.stream().anyMatch(q -> q.length != references.length)) {
      scope.finding("wrong_arity", "expected as many quantiles as references, ascending");
      scope.writeBroken(step.out() == null ? step.in() : step.out());
      return null;
    }
    double[] mirroredReferences = mirror(references);
    return Elementwise.compile(
        step,
        scope,
        quantiles.size(),
        i -> {
          double[] table = quantiles.get(i);
          double[] mirrored = mirror(table);
          return x -> {
            // In this order: where training saw only one value, it becomes 0.
            if (x == table[0]) {
              return 0;
            }
            if (x == table[table.length - 1]) {
              return 1;
            }
            return 0.5
                * (interpolate(x, table, references)
                    - interpolate(-x, mirrored, mirroredReferences));
          };
        });
  }

  private static double[] mirror(double[] values) {
    double[] mirrored = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      mirrored[i] = -values[values.length - 1 - i];
    }
    return mirrored;
  }

  /// `numpy.interp`: uses the last j with xs[j] ≤ x; outside, the end values.
  static double interpolate(double x, double[] xs, double[] ys) {
    if (Double.isNaN(x)) {
      return x;
    }
    int low = 0;
    int high = xs.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (xs[middle] <= x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int j = low - 1;
    if (j < 0) {
      return ys[0];
    }
    if (j == xs.length - 1 || xs[j] == x) {
      return ys[j];
    }
    return (ys[j + 1] - ys[j]) / (xs[j + 1] - xs[j]) * (x - xs[j]) + ys[j];
  }

  private static @Nullable List<double[]> tables(
      Step step, List<List<Double>> tables, int least, String name, CompileScope scope) {
    if (tables.size() != step.in().size()) {
      scope.finding(
          "wrong_arity",
          name
              + " has "
              + tables.size()
              + " lists and the step reads "
              + step.in().size()
              + " columns");
      return null;
    }
    List<double[]> arrays = new ArrayList<>();
    for (List<Double> table : tables) {
      double[] array = table.stream().mapToDouble(Double::doubleValue).toArray();
      if (array.length < least || !isAscending(array, name, scope)) {
        scope.finding("out_of_range", name + ": expected at least " + least + " ascending numbers");
        return null;
      }
      arrays.add(array);
    }
    return arrays;
  }

  private static boolean isAscending(double[] values, String name, CompileScope scope) {
    for (int i = 1; i < values.length; i++) {
      if (values[i] < values[i - 1]) {
        scope.finding("out_of_range", name + " is not ascending at " + i);
        return false;
      }
    }
    return true;
  }
}
