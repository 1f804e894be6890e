package io.slipway.monitoring;

import io.slipway.pipeline.object.Row;
import io.slipway.serving.run.Scored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The counts of one version on one thread, which only grow. That thread is the only writer; the
/// flush reads them.
final class Tally {
  private final CountingPlan plan;
  private final long[] calls;

  /// Made when the first batch arrives.
  private volatile long @Nullable [] batches;

  /// What the flush has seen of `calls` and `batches`; the flush's own.
  private final long[] seenCalls;

  private final long[] seenBatches;

  Tally(CountingPlan plan) {
    this.plan = plan;
    this.calls = new long[plan.length()];
    this.seenCalls = new long[plan.length()];
    this.seenBatches = new long[plan.length()];
  }

  CountingPlan plan() {
    return plan;
  }

  /// Counts the decided rows of a call; on the owner's thread.
  void count(List<Row> rows, List<Scored> scored) {
    int size = Math.min(rows.size(), scored.size());
    long[] counts = Stratum.of(size) == Stratum.CALLS ? calls : ofBatches();
    for (int i = 0; i < size; i++) {
      if (rows.get(i) instanceof Row.Read read && scored.get(i) instanceof Scored.Decided decided) {
        plan.count(counts, read.frame(), decided.prediction());
      }
    }
  }

  private long[] ofBatches() {
    long[] counts = batches;
    if (counts == null) {
      counts = new long[plan.length()];
      batches = counts;
    }
    return counts;
  }

  /// Adds what was counted since the last time to `into`; on the flush's thread.
  void drain(Stratum stratum, long[] into) {
    long[] now = stratum == Stratum.CALLS ? calls : batches;
    long[] seen = stratum == Stratum.CALLS ? seenCalls : seenBatches;
    if (now == null) {
      return;
    }
    for (int i = 0; i < now.length; i++) {
      long count = CountingPlan.read(now, i);
      into[i] += count - seen[i];
      seen[i] = count;
    }
  }
}
