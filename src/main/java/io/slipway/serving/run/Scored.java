package io.slipway.serving.run;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.slipway.serving.id.PredictionId;

/// The result of one row.
public sealed interface Scored {
  /// A decision, with finite numbers only, and its prediction id.
  record Decided(Prediction prediction, PredictionId id) implements Scored {}

  /// A refusal by a step of the pipeline.
  record Refused(RefusedInput why) implements Scored {}

  /// A failure: the model's output for this row contains NaN or infinity.
  record Broken(Unserved.ModelFailed why) implements Scored {}
}
