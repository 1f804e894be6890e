package io.slipway.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rule that turns the model's output tensors into a decision. `kind` is the record's name in
/// `snake_case`; by default `classification`.
public sealed interface Output {

  /// `{"label", "probabilities"}`. Either `probabilities` or `logits` names an output of the model.
  record Classification(
      List<String> labels,
      @Nullable String probabilities,
      @Nullable String logits,
      @Default("\"softmax\"") String activation,
      @Nullable Double threshold,
      @Nullable Integer topK)
      implements Output {}

  /// `{<name>: p}`, for a graph that ends in a sigmoid: p is the model's output `tensor`, by
  /// default the one called `name`, or the only one. With `labels` the decision has a `label` too:
  /// the last one if p is at least `threshold`.
  record SigmoidProbability(
      String name,
      @Nullable String tensor,
      @Default("0.5") double threshold,
      @Nullable List<String> labels)
      implements Output {}

  /// `{<name>: x}`; `transform`: `exp`, `expm1` or absent.
  record Value(String name, String tensor, @Nullable String unit, @Nullable String transform)
      implements Output {}

  /// The output tensors as nested arrays; all of them where `names` is absent.
  record Tensors(@Nullable List<String> names) implements Output {}
}
