package io.slipway.openinference;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request that was read.
///
/// @param id the caller's, to be echoed; null where there is none
/// @param outputs those that are asked for, in their order; empty: all
/// @param binary whether outputs are binary where nothing else is said; of no meaning in gRPC
record InferRequest(@Nullable String id, List<Requested> outputs, boolean binary, Inputs inputs) {

  /// An output that is asked for.
  ///
  /// @param binary null: as the request says
  /// @param classes how many of the highest values are asked for as classes; 0: the tensor itself
  record Requested(String name, @Nullable Boolean binary, int classes) {}

  InferRequest {
    Set<String> names = new HashSet<>();
    for (Requested output : outputs) {
      ModelView view = inputs.view();
      if (!view.outputs().ports().containsKey(output.name())) {
        throw new RefusedInput.Invalid(
            "/outputs",
            "unknown_output",
            "the model has no output \""
                + Inputs.shortened(output.name())
                + "\"; it has "
                + view.outputs().ports().keySet());
      }
      if (!names.add(output.name())) {
        throw new RefusedInput.Invalid(
            "/outputs", "duplicate_output", "the output \"" + output.name() + "\" is asked twice");
      }
      if (output.classes() < 0) {
        throw new RefusedInput.Invalid(
            "/outputs", "out_of_range", "\"classification\" is a positive number of classes");
      }
    }
  }
}
