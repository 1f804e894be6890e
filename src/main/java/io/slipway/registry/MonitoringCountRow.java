package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/// A row of `monitoring_count` for reading: a projection.
@RegisterForReflection
record MonitoringCountRow(
    long versionId, String stratum, Instant beganAt, Instant endedAt, long rowCount, byte[] cells) {
  MonitoringCounts counts() {
    return new MonitoringCounts(versionId, stratum, beganAt, endedAt, rowCount, cells);
  }
}
