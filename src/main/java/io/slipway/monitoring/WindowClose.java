package io.slipway.monitoring;

import io.slipway.pipeline.profile.Baseline;
import io.slipway.registry.Monitoring;
import io.slipway.registry.MonitoringCounts;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges closed windows and records what was found. Any replica may do so: the first to record it
/// counts, and all read the same counts.
final class WindowClose {
  private final Monitoring store;
  private final DriftJudge judge;
  private final Windows windows;

  WindowClose(Monitoring store, DriftLimits limits, Windows windows) {
    this.store = store;
    this.judge = new DriftJudge(limits);
    this.windows = windows;
  }

  /// Judges the window that ended at `end`, unless it is judged already, and merges the counts of
  /// an older one.
  ///
  /// @return what was found; null where nothing was counted in it
  @Nullable DriftMemory close(long version, Baseline baseline, Instant end) {
    Monitoring.Window last = store.last(version, end);
    if (last != null && last.endedAt().equals(end)) {
      return DriftMemory.of(last.document());
    }
    List<MonitoringCounts> rows = store.counts(version, windows.begin(end), end);
    merge(version, baseline, end);
    if (rows.isEmpty()) {
      return null;
    }
    WindowCounts counts = WindowCounts.of(baseline, rows);
    DriftMemory before = last == null ? DriftMemory.NONE : DriftMemory.of(last.document());
    Stratum stratum = counts.main();
    DriftMemory found = judge.judge(baseline, stratum, counts.of(stratum), before).memory();
    store.found(version, new Monitoring.Window(end, found.toJson()));
    return found;
  }

  /// The window before the last is merged: by now, every replica has written what it counted then.
  private void merge(long version, Baseline baseline, Instant end) {
    Instant until = windows.begin(end);
    store.merge(version, windows.begin(until), until, rows -> WindowCounts.merged(baseline, rows));
  }
}
