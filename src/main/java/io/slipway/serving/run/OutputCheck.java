package io.slipway.serving.run;

import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.serving.OutputFault;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/// Checks predictions for NaN and infinity: JSON has neither, and a decision made of them is
/// invalid.
final class OutputCheck {
  private OutputCheck() {}

  /// The first fault of `prediction`, null where all its numbers are finite.
  static @Nullable OutputFault of(Prediction prediction) {
    return switch (prediction) {
      case Prediction.Classified classified -> of(classified.probabilities());
      case Prediction.Scored scored -> of(scored.value());
      case Prediction.Raw raw -> {
        for (Tensor tensor : raw.tensors().values()) {
          OutputFault fault = of(tensor);
          if (fault != null) {
            yield fault;
          }
        }
        yield null;
      }
    };
  }

  private static @Nullable OutputFault of(double value) {
    return Double.isFinite(value) ? null : Double.isNaN(value) ? OutputFault.NAN : OutputFault.INF;
  }

  private static @Nullable OutputFault of(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return of(value);
      }
    }
    return null;
  }

  private static @Nullable OutputFault of(Tensor tensor) {
    return switch (tensor) {
      case Tensor.Floats(long[] shape, FloatBuffer data) -> {
        for (int i = 0; i < Tensor.count(shape); i++) {
          if (!Float.isFinite(data.get(i))) {
            yield of(data.get(i));
          }
        }
        yield null;
      }
      case Tensor.Doubles(long[] shape, DoubleBuffer data) -> {
        for (int i = 0; i < Tensor.count(shape); i++) {
          if (!Double.isFinite(data.get(i))) {
            yield of(data.get(i));
          }
        }
        yield null;
      }
      case Tensor.Bits bits when bits.kind().floating() -> {
        for (int i = 0; i < bits.count(); i++) {
          if (!Float.isFinite(bits.fraction(i))) {
            yield of(bits.fraction(i));
          }
        }
        yield null;
      }
      case Tensor.Bits _,
          Tensor.Longs _,
          Tensor.Ints _,
          Tensor.Booleans _,
          Tensor.Bytes _,
          Tensor.Strings _ ->
          null;
    };
  }
}
