package io.slipway.serving.run;

import io.slipway.onnx.Phases;
import io.slipway.onnx.RunHandle;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Predicts frames: returns one prediction per frame and records the time of each phase. `handle`
/// cancels it from another thread.
@FunctionalInterface
public interface Scoring {
  List<Prediction> predict(List<Frame> rows, Phases phases, @Nullable RunHandle handle);
}
