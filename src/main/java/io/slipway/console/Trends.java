package io.slipway.console;

import io.slipway.serving.VersionId;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A ring of samples of this process's traffic: the last [#KEPT] intervals, in memory. Versions
/// without requests take no space. Thread-safe: every method locks the object briefly.
@Singleton
final class Trends {
  /// One hour at ten seconds per sample.
  static final int KEPT = 360;

  private final Deque<Map<VersionId, Tick>> samples = new ArrayDeque<>();
  private Map<VersionId, Tick> totals = Map.of();

  /// Adds a sample: the increase of the counters since the previous call.
  synchronized void add(Map<VersionId, Tick> now) {
    Map<VersionId, Tick> sample = new HashMap<>();
    now.forEach(
        (version, total) -> {
          Tick since = total.since(totals.getOrDefault(version, Tick.NOTHING));
          if (since.requests() > 0) {
            sample.put(version, since);
          }
        });
    totals = Map.copyOf(now);
    samples.addLast(Map.copyOf(sample));
    if (samples.size() > KEPT) {
      samples.removeFirst();
    }
  }

  /// The last `count` intervals, oldest first, summed over the versions that `which` accepts.
  /// Intervals before the process started are empty.
  synchronized List<Tick> last(int count, Predicate<VersionId> which) {
    List<Tick> ticks = new ArrayList<>(count);
    for (int i = samples.size(); i < count; i++) {
      ticks.add(Tick.NOTHING);
    }
    samples.stream()
        .skip(Math.max(0, samples.size() - count))
        .map(
            sample ->
                sample.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .reduce(Tick.NOTHING, Tick::plus))
        .forEach(ticks::add);
    return ticks;
  }

  /// The versions that had requests in the last hour, by name and number.
  synchronized List<VersionId> versions() {
    return samples.stream()
        .flatMap(sample -> sample.keySet().stream())
        .distinct()
        .sorted(Comparator.comparing(VersionId::model).thenComparingInt(VersionId::number))
        .toList();
  }
}
