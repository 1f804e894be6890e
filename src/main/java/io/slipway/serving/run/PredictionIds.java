package io.slipway.serving.run;

import io.slipway.pipeline.Prediction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/// Names each decision as it is made, for all protocols.
@Singleton
public final class PredictionIds {
  private final InstantSource clock;

  @Inject
  public PredictionIds(InstantSource clock) {
    this.clock = clock;
  }

  /// The id of a decision that `servable` has just made.
  PredictionId next(Servable servable, Prediction decision) {
    return PredictionId.at(clock.millis());
  }
}
