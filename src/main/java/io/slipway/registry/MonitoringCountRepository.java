package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// The table `monitoring_count`, within the running transaction.
@ApplicationScoped
class MonitoringCountRepository implements PanacheRepository<MonitoringCountEntity> {
  private static final String RANGE = "versionId = ?1 and endedAt > ?2 and endedAt <= ?3";

  /// The rows that end after `after` and by `until`.
  List<MonitoringCounts> range(long version, Instant after, Instant until) {
    return find(RANGE + " order by endedAt", version, after, until)
        .project(MonitoringCountRow.class)
        .list()
        .stream()
        .map(MonitoringCountRow::counts)
        .toList();
  }

  /// Whether there are rows of `flush`.
  boolean has(UUID flush) {
    return count("flush", flush) > 0;
  }

  void deleteRange(long version, Instant after, Instant until) {
    delete(RANGE, version, after, until);
  }
}
