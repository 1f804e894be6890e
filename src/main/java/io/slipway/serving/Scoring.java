package io.slipway.serving;

import io.slipway.onnx.Phases;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import java.util.List;

/// Frames in, one prediction for each out, the time of each phase noted.
@FunctionalInterface
interface Scoring {
  List<Prediction> predict(List<Frame> rows, Phases phases);
}
