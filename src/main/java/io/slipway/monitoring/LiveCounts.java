package io.slipway.monitoring;

import io.slipway.serving.VersionId;
import io.slipway.serving.run.Observer;
import io.slipway.serving.run.Outcome;
import io.slipway.serving.run.Servable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Counts the objects and decisions of all answered calls, on the thread that answers. Each thread
/// has counts of its own: there is no lock, no shared counter, and no allocation, except for the
/// first call of a version on a thread.
@Singleton
public final class LiveCounts implements Observer {
  private final ThreadLocal<OfThread> own = ThreadLocal.withInitial(this::enlist);
  private final List<OfThread> threads = new CopyOnWriteArrayList<>();
  private volatile Map<VersionId, CountingPlan> plans = Map.of();

  /// The counts of one thread.
  private static final class OfThread {
    private final Thread thread = Thread.currentThread();

    /// Replaced as a whole by the owner.
    private volatile Tally[] tallies = {};

    private @Nullable Tally tally(VersionId id) {
      for (Tally tally : tallies) {
        VersionId known = tally.plan().id();
        if (known == id || known.equals(id)) {
          return tally;
        }
      }
      return null;
    }
  }

  private OfThread enlist() {
    OfThread counts = new OfThread();
    threads.add(counts);
    return counts;
  }

  @Override
  public void ended(Outcome outcome) {
    if (!(outcome instanceof Outcome.Answered answered)) {
      return;
    }
    Servable servable = answered.choice().servable();
    if (servable == null) {
      return;
    }
    OfThread counts = own.get();
    Tally tally = counts.tally(servable.id());
    if (tally == null) {
      tally = begin(counts, servable.id());
    }
    if (tally != null) {
      tally.count(answered.rows(), answered.scored());
    }
  }

  private @Nullable Tally begin(OfThread counts, VersionId id) {
    CountingPlan plan = plans.get(id);
    if (plan == null) {
      return null;
    }
    Tally tally = new Tally(plan);
    Tally[] longer = Arrays.copyOf(counts.tallies, counts.tallies.length + 1);
    longer[longer.length - 1] = tally;
    counts.tallies = longer;
    return tally;
  }

  /// Sets what is counted from now on. Versions that were counted before still are, on the threads
  /// that have.
  void plans(Map<VersionId, CountingPlan> now) {
    plans = Map.copyOf(now);
  }

  /// What was counted of one version and stratum since it was last taken.
  record Taken(CountingPlan plan, Stratum stratum, long[] counts) {
    long rows() {
      return counts[counts.length - 1];
    }
  }

  /// Takes what was counted since the last time, without versions of which nothing was. By one
  /// thread at a time.
  List<Taken> take() {
    // Looked at before the counts are read: what has ended will count no more.
    List<OfThread> ended = threads.stream().filter(one -> !one.thread.isAlive()).toList();
    Map<VersionId, List<Tally>> tallies = new HashMap<>();
    for (OfThread one : threads) {
      for (Tally tally : one.tallies) {
        tallies.computeIfAbsent(tally.plan().id(), _ -> new ArrayList<>()).add(tally);
      }
    }
    List<Taken> taken = new ArrayList<>();
    for (Collection<Tally> ofVersion : tallies.values()) {
      for (Stratum stratum : Stratum.values()) {
        CountingPlan plan = ofVersion.iterator().next().plan();
        long[] sum = new long[plan.length()];
        ofVersion.forEach(tally -> tally.drain(stratum, sum));
        if (Arrays.stream(sum).anyMatch(count -> count != 0)) {
          taken.add(new Taken(plan, stratum, sum));
        }
      }
    }
    threads.removeAll(ended);
    return taken;
  }
}
