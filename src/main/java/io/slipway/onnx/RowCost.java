package io.slipway.onnx;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.GoldenExample;
import io.slipway.pipeline.frame.Frame;
import java.util.ArrayList;
import java.util.List;

/// What predicting costs, roughly: measured for a few milliseconds in the probe's young process, so
/// good to a factor of two or three. Says in which class of weight a model is before it has served.
///
/// @param single nanoseconds for a batch of one, after reading and steps; 0 where nothing could be
///       measured
/// @param ofEight nanoseconds for one row of a batch of eight
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
    // First in eights, so that the single row finds warm code.
    long eight = nanos(model, frames);
    return new RowCost(
        nanos(model, frames.subList(0, 1)), Math.min(eight, nanos(model, frames)) / 8);
  }

  /// The cheapest round: what disturbs a measurement only ever adds.
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
