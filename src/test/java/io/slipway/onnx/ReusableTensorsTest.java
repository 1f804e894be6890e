package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.GoldenExample;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.PredictionWriter;
import io.slipway.pipeline.frame.Frame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A row that goes through tensors that others went through before gives what it gives by itself.
class ReusableTensorsTest {
  /// A row with what it gives through tensors of its own.
  private record Known(Frame frame, String answer) {}

  private static String answer(List<Prediction> predictions) {
    return PredictionWriter.toJson(predictions.getFirst()).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench/data/w1",
        "bench/data/w1-steps",
        "bench/data/w4",
        "models-sample/customer/v1",
        "models-sample/review/v1"
      })
  void aReusedSeatGivesWhatAFreshOneGives(String folder) throws Exception {
    Bundle bundle = new BundleReader().open(Path.of(folder));
    long seed = Seed.of("reused tensors");
    try (BundleModel model = BundleModel.open(bundle);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Known> known = new ArrayList<>();
      for (GoldenExample example : bundle.examples()) {
        Frame frame = GoldenCheck.frame(model, bundle, example);
        known.add(new Known(frame, answer(model.batch(List.of(frame), new Phases(), null))));
      }
      Callable<Void> work =
          () -> {
            List<Known> shuffled = new ArrayList<>(known);
            Collections.shuffle(shuffled, new Random(seed));
            for (Known row : shuffled) {
              assertThat(answer(model.predict(List.of(row.frame()), new Phases())))
                  .as("seed %d", seed)
                  .isEqualTo(row.answer());
            }
            return null;
          };
      for (Future<Void> done : threads.invokeAll(Collections.nCopies(6, work))) {
        done.get();
      }
    }
  }
}
