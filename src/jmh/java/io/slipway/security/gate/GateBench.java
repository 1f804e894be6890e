package io.slipway.security.gate;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The look-up of what a call takes. What a key costs beside it is `KeyBench`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GateBench {
  /// A short path, a long one, and one that is not there.
  @Param({
    "/models/customer-churn/predict",
    "/v2/models/customer-churn/versions/17/infer",
    "/models/customer-churn/nothing"
  })
  public String path;

  private final RouteTable table = Routes.table(false);

  @Benchmark
  public Need find() {
    RouteTable.Match match = table.find(path);
    return match == null ? null : match.need("POST");
  }
}
