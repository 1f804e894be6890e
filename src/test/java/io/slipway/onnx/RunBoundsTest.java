package io.slipway.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.bundle.Sharing;
import io.slipway.hostile.GreedyModels;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Tensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunBoundsTest {
  private static final long MIB = 1 << 20;
  private static final float MILLION = 1e6f;
  private static final Path CUSTOMER = Path.of("models-sample/customer/v1");

  @TempDir Path folder;

  private OnnxModel open(byte[] onnx, long memory, long output) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "model", ".onnx"), onnx);
    return OnnxModel.open(file, 1, new RunBounds(memory, output), Optimization.ALL);
  }

  private OnnxModel summing(long memory) throws IOException {
    return open(GreedyModels.sum(), memory, MIB);
  }

  /// What `model` answers to one number.
  private static FloatBuffer run(OnnxModel model, float x) {
    FloatBuffer data = FloatBuffer.wrap(new float[] {x});
    Tensor y = model.run(Map.of("x", new Tensor.Floats(new long[] {1}, data))).get("y");
    return ((Tensor.Floats) y).data();
  }

  @Test
  void aRunThatWantsMoreThanTheBoundIsRefusedAndLaterOnesGoOn() throws IOException {
    try (OnnxModel model = summing(64 * MIB)) {
      for (float large : new float[] {20 * MILLION, 1e9f, 1e12f, 20 * MILLION}) {
        assertThat(run(model, 10).get(0)).isEqualTo(10);
        assertThatThrownBy(() -> run(model, large))
            .isInstanceOf(ModelFailure.OutOfMemory.class)
            .hasMessageContaining("together they may use 64 MiB");
      }
      assertThat(run(model, 10 * MILLION).get(0)).isEqualTo(10 * MILLION);
    }
  }

  @Test
  void eachGraphHasABoundOfItsOwn() throws IOException {
    try (OnnxModel small = summing(16 * MIB);
        OnnxModel large = summing(256 * MIB);
        OnnxModel another = summing(16 * MIB)) {
      assertThat(run(large, 40 * MILLION).get(0)).isEqualTo(40 * MILLION);
      for (OnnxModel each : new OnnxModel[] {small, another}) {
        assertThatThrownBy(() -> run(each, 40 * MILLION))
            .isInstanceOf(ModelFailure.OutOfMemory.class);
        assertThat(run(each, MILLION).get(0)).isEqualTo(MILLION);
      }
    }
  }

  @Test
  void graphsThatAreOpenedAtOnceKeepTheirOwnBounds() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Callable<Void> each =
          () -> {
            for (int i = 0; i < 8; i++) {
              try (OnnxModel small = summing(16 * MIB);
                  OnnxModel large = summing(64 * MIB)) {
                assertThat(run(large, 10 * MILLION).get(0)).isEqualTo(10 * MILLION);
                assertThatThrownBy(() -> run(small, 10 * MILLION))
                    .isInstanceOf(ModelFailure.OutOfMemory.class);
              }
            }
            return null;
          };
      for (Future<Void> done :
          threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> each).toList())) {
        done.get();
      }
    }
  }

  @Test
  void whatEarlierRunsHaveLeftIsNoReasonToRefuse() throws IOException {
    try (OnnxModel model = summing(256 * MIB)) {
      run(model, 10);
      for (int i = 0; i < 4; i++) {
        // Each needs a piece of memory larger than any that is kept of the ones before.
        for (float millions : new float[] {20, 30, 40, 50}) {
          assertThat(run(model, millions * MILLION).get(0)).isEqualTo(millions * MILLION);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {MIB, 16 * MIB})
  void anAnswerThatIsTooLongIsNoneAndNeverReachesTheHeap(long most) throws IOException {
    try (OnnxModel model = open(GreedyModels.zeros(), 256 * MIB, most)) {
      int numbers = (int) (most / Float.BYTES);
      assertThat(run(model, numbers).limit()).isEqualTo(numbers);
      assertThatThrownBy(() -> run(model, numbers + 1))
          .isInstanceOf(ModelFailure.TooLong.class)
          .hasMessageContaining("at most " + most + " (slipway.serving.run-output)");
      assertThat(run(model, 3).limit()).isEqualTo(3);
    }
  }

  @Test
  void rowsThatTakeTooMuchAtOnceAreRunInParts() {
    Bundle bundle = new BundleReader().open(CUSTOMER);
    int rows = 200_000;
    try (BundleModel model =
        BundleModel.open(bundle, 1, new RunBounds(MIB, 64 * MIB), Optimization.ALL)) {
      List<Frame> frames = frames(model, bundle);
      List<Double> alone =
          frames.stream()
              .map(frame -> churn(model.predict(List.of(frame), new Phases()).getFirst()))
              .toList();
      List<Frame> many =
          IntStream.range(0, rows).mapToObj(i -> frames.get(i % frames.size())).toList();
      assertThatThrownBy(() -> model.batch(many, new Phases(), null))
          .as("not in parts")
          .isInstanceOf(ModelFailure.OutOfMemory.class);
      List<Prediction> predictions = model.predict(many, new Phases());
      assertThat(predictions).hasSize(rows);
      for (int i = 0; i < rows; i++) {
        assertThat(churn(predictions.get(i))).isCloseTo(alone.get(i % alone.size()), within(1e-5));
      }
    }
  }

  @Test
  void whatTheRunsOfOneCallAnswerIsBoundedTogether() {
    Bundle bundle = new BundleReader().open(CUSTOMER);
    // Two probabilities a row, in single precision.
    try (BundleModel model =
        BundleModel.open(bundle, 1, new RunBounds(64 * MIB, 8 * 30), Optimization.ALL)) {
      model.sharing(new Sharing(Sharing.Verdict.PROVEN, "one run for all rows"));
      List<Frame> frames = frames(model, bundle);
      Phases call = new Phases();
      assertThat(model.predict(frames, call)).hasSize(frames.size());
      assertThat(frames).hasSizeBetween(16, 30);
      assertThatThrownBy(() -> model.predict(frames, call))
          .isInstanceOf(ModelFailure.TooLong.class);
      assertThat(model.predict(frames, new Phases())).hasSize(frames.size());
    }
  }

  private static List<Frame> frames(BundleModel model, Bundle bundle) {
    return bundle.examples().stream()
        .map(example -> GoldenCheck.frame(model, bundle, example))
        .toList();
  }

  private static double churn(Prediction prediction) {
    return ((Prediction.Classified) prediction).probabilities()[1];
  }

  @Test
  void theUsualBoundsFollowTheHeap() {
    assertThat(RunBounds.of(640 * MIB)).isEqualTo(new RunBounds(640 * MIB, 40 * MIB));
    assertThat(RunBounds.of(64 << 10)).isEqualTo(new RunBounds(MIB, 4 << 10));
    assertThat(RunBounds.of(64L << 30)).isEqualTo(new RunBounds(4L << 30, 4L << 30));
  }

  @Test
  void nothingRunsInNothing() {
    assertThatThrownBy(() -> new RunBounds(0, MIB)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RunBounds(MIB, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
