package io.slipway.pipeline;

import io.slipway.onnx.Phases;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.run.Version;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// From the bytes of one object to tensors, and the model itself; each with what comes before it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncodeBench {
  @Param({"w1", "w1-steps", "w4"})
  public String bundle;

  private Version version;
  private List<byte[]> records;
  private Frame ready;
  private int next;

  @Setup
  public void open() {
    version = new Version(bundle);
    records = Version.records(bundle);
    ready = apply();
  }

  @TearDown
  public void close() {
    version.close();
  }

  private byte[] record() {
    next = next + 1 == records.size() ? 0 : next + 1;
    return records.get(next);
  }

  @Benchmark
  public Batch read() {
    return version.model.pipeline().reader().readJson(record(), 1);
  }

  @Benchmark
  public Frame apply() {
    Row.Read row = (Row.Read) read().rows().getFirst();
    version.model.pipeline().apply(row.frame());
    return row.frame();
  }

  @Benchmark
  public Map<String, Tensor> encode() {
    try (Arena arena = Arena.ofConfined()) {
      return version.model.pipeline().encode(List.of(apply()), arena);
    }
  }

  /// The model and the decision alone, of a row that was read.
  @Benchmark
  public List<Prediction> model() {
    return version.model.predict(List.of(ready), new Phases());
  }
}
