package io.slipway.monitoring;

import io.slipway.registry.Monitoring;
import io.slipway.registry.MonitoringCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes the counts of this process to the database, each exactly once. While the database does
/// not answer they gather here, in as much memory as one flush takes. Used by one thread at a time.
final class Flush {
  private final LiveCounts live;
  private final Monitoring store;
  private final UUID process = UUID.randomUUID();
  private final Map<Long, OfVersion> gathered = new LinkedHashMap<>();
  private Instant last;

  /// What is being written; kept unchanged until the database has it.
  private @Nullable Sending sending;

  private record Sending(UUID id, List<MonitoringCounts> rows) {}

  private record OfVersion(Instant since, Map<Stratum, long[]> counts) {}

  /// @param begun when counting began
  Flush(LiveCounts live, Monitoring store, Instant begun) {
    this.live = live;
    this.store = store;
    this.last = begun;
  }

  /// When counts were taken for the last time.
  Instant last() {
    return last;
  }

  /// Writes what was counted until `now`.
  ///
  /// @param stopping whether it is the last flush of this process
  /// @throws RuntimeException where the database does not answer; nothing is lost
  void run(Instant now, boolean stopping) {
    for (LiveCounts.Taken taken : live.take()) {
      OfVersion known =
          gathered.computeIfAbsent(
              taken.plan().version(), _ -> new OfVersion(last, new EnumMap<>(Stratum.class)));
      known.counts().merge(taken.stratum(), taken.counts(), Flush::sum);
    }
    last = now;
    if (sending != null) {
      send(sending);
    }
    List<MonitoringCounts> rows = rows(now);
    gathered.clear();
    if (!rows.isEmpty()) {
      send(new Sending(UUID.randomUUID(), rows));
    }
    store.alive(process, now, stopping);
  }

  private void send(Sending now) {
    sending = now;
    store.add(now.id(), now.rows());
    sending = null;
  }

  private List<MonitoringCounts> rows(Instant now) {
    List<MonitoringCounts> rows = new ArrayList<>();
    gathered.forEach(
        (version, known) ->
            known
                .counts()
                .forEach(
                    (stratum, counts) ->
                        rows.add(
                            new MonitoringCounts(
                                version,
                                stratum.word(),
                                known.since(),
                                now,
                                counts[counts.length - 1],
                                CellCodec.encode(counts)))));
    return rows;
  }

  private static long[] sum(long[] a, long[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += b[i];
    }
    return a;
  }
}
