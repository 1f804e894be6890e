package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.GoldenExample;
import io.slipway.pipeline.frame.Frame;
import java.util.ArrayList;
import java.util.List;

/// A rough cost of predicting, measured for a few milliseconds in the probe's new process and exact
/// to a factor of two or three. It shows whether a model is light or heavy before it has served.
///
/// @param single nanoseconds for a batch of one, after reading and steps; 0 where it could not be
///       measured
/// @param ofEight nanoseconds per row in a batch of eight
public record RowCost(long single, long ofEight) {
  private static final long NANOS = 30_000_000;

  static RowCost measure(BundleModel model, Bundle bundle) {
    if (bundle.examples().isEmpty()) {
      return new RowCost(0, 0);
    }
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      GoldenExample example = bundle.examples().get(i % bundle.examples().size());
      frames.add(GoldenCheck.frame(model, bundle, example));
    }
    // Batches of eight first, so that the single row runs warm code.
    long eight = nanos(model, frames);
    return new RowCost(
        nanos(model, frames.subList(0, 1)), Math.min(eight, nanos(model, frames)) / 8);
  }

  /// The fastest round: disturbances only add time.
  private static long nanos(BundleModel model, List<Frame> frames) {
    long least = Long.MAX_VALUE;
    long begin = System.nanoTime();
    long now = begin;
    for (int round = 0; round == 0 || now - begin < NANOS; round++) {
      long before = System.nanoTime();
      model.predict(frames, new Phases());
      now = System.nanoTime();
      least = Math.min(least, now - before);
    }
    return least;
  }
}
