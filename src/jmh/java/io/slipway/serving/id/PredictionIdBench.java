package io.slipway.serving.id;

import io.slipway.pipeline.Prediction;
import io.slipway.registry.PredictionIdKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What the id of a prediction costs a row: made, and written into an answer; and read again.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictionIdBench {
  private static final PredictionIdKey KEY =
      new PredictionIdKey(
          1, "AAECAwQFBgcICQoLDA0ODw==", Instant.parse("2026-11-01T00:00:00Z"), "bench");

  private final Prediction prediction =
      new Prediction.Classified(List.of("stay", "churn"), new double[] {0.57, 0.43}, 0, null);

  private final VersionStamp version = new VersionStamp(4711, List.of("stay", "churn"));

  private Path file;
  private PredictionIds ids;
  private IdCounter.Track track;
  private String text;

  /// What one thread has of its own.
  @State(Scope.Thread)
  public static class Answer {
    final byte[] bytes = new byte[64];
  }

  @Setup
  public void open() throws IOException {
    file = Files.createTempFile("prediction-ids", null);
    IdCounter counter = new IdCounter(file, 1);
    track = counter.begin(17, System.currentTimeMillis());
    ids = new PredictionIds(InstantSource.system());
    ids.use(List.of(KEY), track);
    text = ids.next(version, prediction).toString();
  }

  @TearDown
  public void close() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  public PredictionId next() {
    return ids.next(version, prediction);
  }

  @Benchmark
  public byte[] nextWritten(Answer answer) {
    ids.next(version, prediction).write(answer.bytes, 3);
    return answer.bytes;
  }

  @Benchmark
  public String nextAsText() {
    return ids.next(version, prediction).toString();
  }

  @Benchmark
  public long moment() {
    return track.next(System.currentTimeMillis());
  }

  @Benchmark
  public IdContent read() {
    return ids.read(text, _ -> true);
  }
}
