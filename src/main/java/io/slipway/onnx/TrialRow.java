package io.slipway.onnx;

import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A row with the model's result for it alone.
///
/// @param inputs by name, each with 1 as its first dimension
/// @param outputs by name
/// @param outlier whether it was made to disturb others; its own rounding is then ignored, as its
///     numbers are huge
record TrialRow(Map<String, Tensor> inputs, Map<String, Tensor> outputs, boolean outlier) {
  /// The tolerated difference for an outlier, relative to its largest number.
  private static final double OUTLIER_BOUND = 1e-3;

  /// Runs the row; null where its result contains a number that is not finite.
  ///
  /// @throws ModelFailure where the model fails on it
  static @Nullable TrialRow alone(Map<String, Tensor> inputs, BundleModel model, boolean outlier) {
    Map<String, Tensor> outputs = model.runWanted(inputs);
    boolean finite =
        outputs.values().stream().allMatch(output -> Double.isFinite(magnitude(output)));
    return finite ? new TrialRow(inputs, outputs, outlier) : null;
  }

  /// A mix of rows for a run of `size`: all of them in turn, then random ones; in every second
  /// round one of them twice.
  ///
  /// @param round the number of earlier calls
  static List<TrialRow> some(List<TrialRow> rows, int size, int round, Random random) {
    TrialRow first = rows.get((round * 7 + size) % rows.size());
    List<TrialRow> alike = rows.stream().filter(row -> row.fits(first)).toList();
    List<TrialRow> mates = new ArrayList<>(List.of(first));
    if (round % 2 == 1) {
      mates.add(first);
    }
    while (mates.size() < size) {
      mates.add(alike.get(random.nextInt(alike.size())));
    }
    Collections.shuffle(mates, random);
    return mates;
  }

  private boolean fits(TrialRow other) {
    return inputs.entrySet().stream()
        .allMatch(
            input -> {
              Tensor own = other.inputs.get(input.getKey());
              return own != null && Arrays.equals(own.shape(), input.getValue().shape());
            });
  }

  /// A variant of `rows` in which some positions have other rows.
  static List<TrialRow> others(List<TrialRow> rows, List<TrialRow> all, Random random) {
    List<TrialRow> alike = all.stream().filter(row -> row.fits(rows.getFirst())).toList();
    List<TrialRow> changed = new ArrayList<>(rows);
    int kept = random.nextInt(rows.size());
    for (int i = 0; i < changed.size(); i++) {
      if (i != kept && (i == (kept + 1) % changed.size() || random.nextBoolean())) {
        changed.set(i, alike.get(random.nextInt(alike.size())));
      }
    }
    return changed;
  }

  /// The result of the rows in one run.
  ///
  /// @throws ModelFailure where the model fails on them together
  static Map<String, Tensor> together(List<TrialRow> rows, BundleModel model) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : rows.getFirst().inputs.keySet()) {
      Tensor all = TensorReader.stacked(rows.stream().map(row -> row.bare(name)).toList());
      if (all == null) {
        throw new ModelFailure.Failed("the input \"" + name + "\" has rows of two types");
      }
      inputs.put(name, all);
    }
    return model.runWanted(inputs);
  }

  /// Compares each row of a run with its result alone.
  ///
  /// @param bound the tolerated difference of a number; 0: none
  /// @return the first difference, as a sentence; null without any
  static @Nullable String difference(
      List<TrialRow> rows, Map<String, Tensor> outputs, double bound) {
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      String different = difference(rows, output.getKey(), output.getValue(), bound);
      if (different != null) {
        return different;
      }
    }
    return null;
  }

  /// Compares the rows at equal positions of two runs of equal length: bit for bit, as the runtime
  /// computes them in the same order.
  ///
  /// @return the first difference, as a sentence; null without any
  static @Nullable String influence(
      List<TrialRow> rows,
      Map<String, Tensor> outputs,
      List<TrialRow> others,
      Map<String, Tensor> otherOutputs) {
    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
      Tensor beside = otherOutputs.get(output.getKey());
      int count = TensorReader.count(output.getValue());
      if (beside == null || TensorReader.count(beside) != count || count % rows.size() != 0) {
        return "the output \"" + output.getKey() + "\" has another size";
      }
      int width = count / rows.size();
      for (int i = 0; i < rows.size(); i++) {
        long[] shape = {width};
        if (rows.get(i) == others.get(i)
            && distance(
                    TensorReader.slice(output.getValue(), i * width, width, shape),
                    TensorReader.slice(beside, i * width, width, shape))
                != 0) {
          return "a row's output \""
              + output.getKey()
              + "\" is another beside other rows in the same places";
        }
      }
    }
    return null;
  }

  /// An input without its first dimension.
  private Tensor bare(String name) {
    Tensor tensor = inputs.get(name);
    if (tensor == null) {
      throw new IllegalStateException("a row has no input " + name);
    }
    long[] shape = tensor.shape();
    return TensorReader.slice(
        tensor, 0, TensorReader.count(tensor), Arrays.copyOfRange(shape, 1, shape.length));
  }

  private static @Nullable String difference(
      List<TrialRow> rows, String name, Tensor all, double bound) {
    int count = TensorReader.count(all);
    if (count % rows.size() != 0) {
      return "the output \"" + name + "\" has " + count + " elements";
    }
    int width = count / rows.size();
    for (int i = 0; i < rows.size(); i++) {
      Tensor alone = rows.get(i).outputs.get(name);
      if (alone == null || TensorReader.count(alone) != width) {
        return "the output \"" + name + "\" has another size";
      }
      Tensor beside = TensorReader.slice(all, i * width, width, new long[] {width});
      double own = rows.get(i).outlier ? OUTLIER_BOUND : bound;
      double limit = own == 0 ? 0 : own * Math.max(1, magnitude(alone));
      double off = distance(alone, beside);
      if (!(off <= limit)) {
        return "a row's output \""
            + name
            + "\" is "
            + (Double.isNaN(off) ? "another" : "off by " + (float) off)
            + " from what it is alone";
      }
    }
    return null;
  }

  /// The largest difference; NaN where a number is missing on one side, or a string differs.
  private static double distance(Tensor alone, Tensor beside) {
    if (alone instanceof Tensor.Strings a && beside instanceof Tensor.Strings b) {
      return Arrays.equals(a.data(), b.data()) ? 0 : Double.NaN;
    }
    boolean whole = !(alone instanceof Tensor.Floats || alone instanceof Tensor.Doubles);
    boolean half = alone instanceof Tensor.Bits bits && bits.kind().floating();
    double largest = 0;
    for (int i = 0; i < TensorReader.count(alone); i++) {
      double off = Math.abs(TensorReader.number(alone, i) - TensorReader.number(beside, i));
      if (Double.isNaN(off) || off > 0 && whole && !half) {
        return Double.NaN;
      }
      largest = Math.max(largest, off);
    }
    return largest;
  }

  /// The largest magnitude; NaN or infinite where one of the elements is.
  private static double magnitude(Tensor tensor) {
    if (tensor instanceof Tensor.Strings) {
      return 0;
    }
    double largest = 0;
    for (int i = 0; i < TensorReader.count(tensor); i++) {
      largest = Math.max(largest, Math.abs(TensorReader.number(tensor, i)));
    }
    return largest;
  }
}
