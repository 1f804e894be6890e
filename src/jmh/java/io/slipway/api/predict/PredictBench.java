package io.slipway.api.predict;

import io.slipway.pipeline.object.Batch;
import io.slipway.serving.Selector;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Reply;
import io.slipway.serving.run.Scored;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.slipway.serving.run.Version;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/// A whole prediction without HTTP: lease, reading, steps, model, decision, answer, metrics.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictBench {
  @Param({"w1", "w1-steps", "w4"})
  public String bundle;

  private Version version;
  private List<byte[]> records;
  private int next;

  @Setup
  public void open() {
    version = new Version(bundle);
    records = Version.records(bundle);
    for (int i = 0; i < 20_000; i++) {
      predict();
    }
  }

  @TearDown
  public void close() {
    version.close();
  }

  /// The calling thread's own call.
  private static final class BenchCall implements Call {
    private final byte[] body;
    private volatile byte[] answer = {};

    BenchCall(byte[] body) {
      this.body = body;
    }

    @Override
    public Protocol protocol() {
      return Protocol.NATIVE;
    }

    @Override
    public Reading read(Servable servable) {
      Batch batch = servable.pipeline().reader().readJson(body, 1);
      return new Reading() {
        @Override
        public Batch batch() {
          return batch;
        }

        @Override
        public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
          AnswerWriter writer = new AnswerWriter();
          writer.one(lease.servable().id(), (Scored.Decided) scored.getFirst());
          byte[] written = writer.toBytes();
          return AnswerWriter.serverTiming(timings).isEmpty() ? () -> {} : () -> answer = written;
        }

        @Override
        public void close() {
          // There is nothing to give back.
        }
      };
    }

    @Override
    public boolean partial() {
      return false;
    }

    @Override
    public long bytes() {
      return body.length;
    }

    @Override
    public void refuse(@Nullable Servable servable, RuntimeException why) {
      throw why;
    }

    @Override
    public boolean abandoned() {
      return false;
    }
  }

  @Benchmark
  public byte[] predict() {
    next = next + 1 == records.size() ? 0 : next + 1;
    BenchCall call = new BenchCall(records.get(next));
    long now = System.nanoTime();
    Lease lease = Objects.requireNonNull(version.table.lease(bundle, Selector.PRODUCTION));
    version.dispatcher.serve(lease, call, now, now + 60_000_000_000L, Runnable::run);
    while (call.answer.length == 0) {
      // Cold code is slow, and then it is a worker that serves.
      Thread.onSpinWait();
    }
    return call.answer;
  }

  @Benchmark
  public Lease lease() {
    try (Lease lease = Objects.requireNonNull(version.table.lease(bundle, Selector.PRODUCTION))) {
      return lease;
    }
  }
}
