package io.slipway.openinference;

import io.slipway.serving.VersionId;
import io.slipway.serving.run.Observer;
import io.slipway.serving.run.Outcome;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.Timings;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The statistics extension: calls by this protocol per version, since its first call. Kept for all
/// loaded versions and for some earlier ones.
@Singleton
final class Statistics implements Observer {
  /// The number of entries beyond which those of versions no longer loaded are dropped.
  private static final int MANY = 1_000;

  /// The most batch sizes that are listed; others count in the totals only.
  private static final int MOST_SIZES = 64;

  private final InstantSource clock;
  private final ServingTable table;
  private final Map<VersionId, Counts> versions = new ConcurrentHashMap<>();

  @Inject
  Statistics(InstantSource clock, ServingTable table) {
    this.clock = clock;
    this.table = table;
  }

  /// A number of calls and their total time.
  record Total(long count, long nanos) {
    static final Total NONE = new Total(0, 0);

    Total plus(long more) {
      return new Total(count + 1, nanos + more);
    }
  }

  /// The times of the three parts of computing.
  record Compute(Total input, Total infer, Total output) {
    static final Compute NONE = new Compute(Total.NONE, Total.NONE, Total.NONE);

    Compute plus(Timings timings, long encode) {
      return new Compute(
          input.plus(timings.decode() + timings.preprocess()),
          infer.plus(timings.inference()),
          output.plus(timings.postprocess() + encode));
    }
  }

  /// The statistics of one version.
  ///
  /// @param lastMillis the time of its last answer, since 1970; 0: never
  /// @param inferences rows
  /// @param executions requests
  record Snapshot(
      long lastMillis,
      long inferences,
      long executions,
      Total success,
      Total fail,
      Total queue,
      Compute compute,
      Map<Integer, Compute> sizes) {
    static final Snapshot NONE =
        new Snapshot(0, 0, 0, Total.NONE, Total.NONE, Total.NONE, Compute.NONE, Map.of());
  }

  private static final class Counts {
    private final Map<Integer, Compute> sizes = new TreeMap<>();
    private Snapshot now = Snapshot.NONE;

    synchronized void served(long millis, int rows, Timings timings, long encode) {
      if (sizes.containsKey(rows) || sizes.size() < MOST_SIZES) {
        sizes.merge(
            rows, Compute.NONE.plus(timings, encode), (was, _) -> was.plus(timings, encode));
      }
      long total =
          timings.queue()
              + timings.decode()
              + timings.preprocess()
              + timings.inference()
              + timings.postprocess()
              + encode;
      now =
          new Snapshot(
              millis,
              now.inferences + rows,
              now.executions + 1,
              now.success.plus(total),
              now.fail,
              now.queue.plus(timings.queue()),
              now.compute.plus(timings, encode),
              Map.of());
    }

    synchronized void failed(long nanos) {
      now =
          new Snapshot(
              now.lastMillis,
              now.inferences,
              now.executions,
              now.success,
              now.fail.plus(nanos),
              now.queue,
              now.compute,
              Map.of());
    }

    synchronized Snapshot snapshot() {
      return new Snapshot(
          now.lastMillis,
          now.inferences,
          now.executions,
          now.success,
          now.fail,
          now.queue,
          now.compute,
          new TreeMap<>(sizes));
    }
  }

  /// Records a call by this protocol for which a version was found.
  @Override
  public void ended(Outcome outcome) {
    Servable servable = outcome.choice().servable();
    if (servable != null && outcome.protocol() == Protocol.OPEN_INFERENCE) {
      Counts counts = counts(servable.id());
      switch (outcome) {
        case Outcome.Answered call ->
            counts.served(clock.millis(), call.objects(), call.timings(), call.encode());
        case Outcome.Refused call -> counts.failed(call.total());
      }
    }
  }

  private Counts counts(VersionId version) {
    Counts there = versions.get(version);
    if (there != null) {
      return there;
    }
    if (versions.size() >= MANY) {
      versions.keySet().removeIf(id -> !table.pointers(id.model()).containsValue(id.number()));
    }
    return versions.computeIfAbsent(version, _ -> new Counts());
  }

  Snapshot of(VersionId version) {
    Counts there = versions.get(version);
    return there == null ? Snapshot.NONE : there.snapshot();
  }
}
