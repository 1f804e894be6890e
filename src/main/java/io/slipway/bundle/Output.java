package io.slipway.bundle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the model's output tensors become a decision. `kind` is the record's name in `snake_case`;
/// absent, it is `classification`.
public sealed interface Output {

  /// `{"label", "probabilities"}`. Exactly one of `probabilities` and `logits` names an output of
  /// the model.
  record Classification(
      List<String> labels,
      @Nullable String probabilities,
      @Nullable String logits,
      @Default("\"softmax\"") String activation,
      @Nullable Double threshold,
      @Nullable Integer topK)
      implements Output {}

  /// `{<name>: p}`, where the graph ends in a sigmoid: p is the model's output `tensor`, by default
  /// the one called `name`, or the only one. With `labels` there is a `label` too: the last one
  /// from `threshold` on.
  record SigmoidProbability(
      String name,
      @Nullable String tensor,
      @Default("0.5") double threshold,
      @Nullable List<String> labels)
      implements Output {}

  /// `{<name>: x}`; `transform`: `exp`, `expm1` or absent.
  record Value(String name, String tensor, @Nullable String unit, @Nullable String transform)
      implements Output {}

  /// The tensors as nested arrays; absent `names` means all.
  record Tensors(@Nullable List<String> names) implements Output {}
}
