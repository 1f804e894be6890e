package io.slipway.serving.run;

import io.slipway.onnx.Phases;
import io.slipway.onnx.RunHandle;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Frames in, one prediction for each out, the time of each phase noted; `handle` cuts it short
/// from another thread.
@FunctionalInterface
public interface Scoring {
  List<Prediction> predict(List<Frame> rows, Phases phases, @Nullable RunHandle handle);
}
