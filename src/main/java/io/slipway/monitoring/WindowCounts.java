package io.slipway.monitoring;

import io.slipway.pipeline.profile.Baseline;
import io.slipway.registry.MonitoringCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The sums of stored counts of one version, by stratum.
///
/// @param sums in the cells of the baseline, then the number of objects
record WindowCounts(Map<Stratum, long[]> sums) {
  /// @throws IllegalArgumentException where they are not of this baseline
  static WindowCounts of(Baseline baseline, List<MonitoringCounts> rows) {
    Map<Stratum, long[]> sums = new EnumMap<>(Stratum.class);
    for (Stratum stratum : Stratum.values()) {
      long[] sum = new long[baseline.cells() + 1];
      for (MonitoringCounts row : rows) {
        if (row.stratum().equals(stratum.word())) {
          CellCodec.add(row.cells(), sum);
        }
      }
      sums.put(stratum, sum);
    }
    return new WindowCounts(sums);
  }

  long[] of(Stratum stratum) {
    return sums.getOrDefault(stratum, new long[1]);
  }

  long rows(Stratum stratum) {
    long[] sum = of(stratum);
    return sum[sum.length - 1];
  }

  /// The calls; batches where there is nothing else.
  Stratum main() {
    return rows(Stratum.CALLS) == 0 && rows(Stratum.BATCHES) > 0 ? Stratum.BATCHES : Stratum.CALLS;
  }

  /// One row per stratum instead of many.
  static List<MonitoringCounts> merged(Baseline baseline, List<MonitoringCounts> rows) {
    if (rows.isEmpty()) {
      return rows;
    }
    WindowCounts sums = of(baseline, rows);
    Instant began = rows.stream().map(MonitoringCounts::beganAt).min(Instant::compareTo).get();
    Instant ended = rows.stream().map(MonitoringCounts::endedAt).max(Instant::compareTo).get();
    List<MonitoringCounts> merged = new ArrayList<>();
    for (Stratum stratum : Stratum.values()) {
      if (sums.rows(stratum) > 0) {
        merged.add(
            new MonitoringCounts(
                rows.getFirst().version(),
                stratum.word(),
                began,
                ended,
                sums.rows(stratum),
                CellCodec.encode(sums.of(stratum))));
      }
    }
    return merged;
  }
}
