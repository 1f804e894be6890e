package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `monitoring_count`: what one process counted of one version between two flushes, or the
/// sum of several such rows. [MonitoringCounts] is for reading.
@Entity
@Table(name = "monitoring_count")
class MonitoringCountEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "version_id")
  private long versionId;

  private UUID flush = new UUID(0, 0);
  private String stratum = "";

  @Column(name = "began_at")
  private Instant beganAt = Instant.EPOCH;

  @Column(name = "ended_at")
  private Instant endedAt = Instant.EPOCH;

  @Column(name = "row_count")
  private long rowCount;

  private byte[] cells = {};

  /// Required by Hibernate.
  MonitoringCountEntity() {}

  MonitoringCountEntity(UUID flush, MonitoringCounts counts) {
    this.flush = flush;
    this.versionId = counts.version();
    this.stratum = counts.stratum();
    this.beganAt = counts.beganAt();
    this.endedAt = counts.endedAt();
    this.rowCount = counts.rows();
    this.cells = counts.cells();
  }
}
