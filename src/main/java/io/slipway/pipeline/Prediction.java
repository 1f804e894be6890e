package io.slipway.pipeline;

import io.slipway.pipeline.frame.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The decision about one object.
public sealed interface Prediction {

  /// `{"label", "probabilities"}`: `probabilities[i]` belongs to `labels.get(i)`. `order` lists the
  /// indices to write, in order; null writes all in their own order.
  record Classified(List<String> labels, double[] probabilities, int label, int @Nullable [] order)
      implements Prediction {}

  /// `{<name>: value}`, and `label` where the output declares one.
  record Scored(String name, double value, @Nullable String label) implements Prediction {}

  /// The output tensors of this row by name.
  record Raw(Map<String, Tensor> tensors) implements Prediction {}
}
