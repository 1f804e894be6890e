package io.slipway.openinference;

import io.slipway.pipeline.frame.RefusedInput;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A parsed infer request.
///
/// @param id the caller's id, which is echoed; null where there is none
/// @param outputs the requested outputs, in order; empty means all
/// @param binary the default for outputs: whether they are binary; ignored in gRPC
record InferRequest(@Nullable String id, List<Requested> outputs, boolean binary, Inputs inputs) {

  /// A requested output.
  ///
  /// @param binary null: as the request's default
  /// @param classes the number of highest values requested as classes; 0: the tensor itself
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
            "/outputs",
            "duplicate_output",
            "the output \"" + output.name() + "\" is requested twice");
      }
      if (output.classes() < 0) {
        throw new RefusedInput.Invalid(
            "/outputs", "out_of_range", "\"classification\" must be a positive number of classes");
      }
    }
  }
}
