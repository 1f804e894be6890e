package io.slipway.security;

import io.slipway.registry.AccessKey;
import io.slipway.registry.Credential;
import java.time.Instant;
import java.util.HashMap;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a key costs a call: to be taken apart, found, hashed and compared, its rate, and whether it
/// permits. The look-up of what the call takes is `GateBench`.
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeyBench {
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

  /// How many keys were given out.
  @Param({"1", "10000"})
  public int keys;

  private Map<String, Keyholder> holders;
  private String presented;
  private byte[] hash;
  private String secret;

  @Setup
  public void make() {
    Map<String, Keyholder> made = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      Secret each = Secret.random();
      made.put(
          each.id(),
          Keyholder.of(
              new Credential(
                  new AccessKey(
                      each.id(),
                      "billing-" + i,
                      List.of("caller"),
                      List.of("churn-*"),
                      1_000_000,
                      null,
                      MADE,
                      "bench",
                      null,
                      null,
                      null,
                      null),
                  each.hash())));
      presented = each.reveal();
      secret = each.secret();
      hash = each.hash().bytes();
    }
    holders = Map.copyOf(made);
  }

  /// The hash and the comparison alone.
  @Benchmark
  public boolean matches() {
    return Secret.matches(secret, hash);
  }

  /// All that a key costs.
  @Benchmark
  public boolean permit() {
    Secret parsed = Secret.parse(presented);
    Keyholder holder = holders.get(parsed.id());
    return holder.has(parsed.secret())
        && !holder.expired(0)
        && holder.take() == 0
        && holder.identity().may(Permission.PREDICT, "churn-2");
  }
}
