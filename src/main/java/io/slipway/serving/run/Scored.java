package io.slipway.serving.run;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.slipway.serving.id.PredictionId;

/// What became of one row.
public sealed interface Scored {
  /// The decision, with finite numbers only, and the id that it has from now on.
  record Decided(Prediction prediction, PredictionId id) implements Scored {}

  /// A step of the pipeline refuses the row's values.
  record Refused(RefusedInput why) implements Scored {}

  /// The model gave a number that is none for this row.
  record Broken(Unserved.ModelFailed why) implements Scored {}
}
