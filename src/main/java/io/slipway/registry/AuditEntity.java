package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/// A row of `audit_entry`, which is append-only.
@Entity
@Immutable
@Table(name = "audit_entry")
class AuditEntity {
  @Id private long seq;
  private Instant at = Instant.EPOCH;
  private String actor = "";
  private String action = "";
  private @Nullable String model;
  private @Nullable Integer version;
  private @Nullable String target;

  @Column(name = "from_value")
  private @Nullable String fromValue;

  @Column(name = "to_value")
  private @Nullable String toValue;

  private @Nullable String reason;
  private @Nullable Long revision;

  @Column(name = "request_id")
  private @Nullable String requestId;

  private @Nullable String detail;

  @Column(name = "previous_hash")
  private String previousHash = "";

  private String hash = "";

  /// Required by Hibernate.
  AuditEntity() {}

  AuditEntity(AuditEntry entry) {
    this.seq = entry.seq();
    this.at = entry.at();
    this.actor = entry.actor();
    this.action = entry.action();
    this.model = entry.model();
    this.version = entry.version();
    this.target = entry.target();
    this.fromValue = entry.from();
    this.toValue = entry.to();
    this.reason = entry.reason();
    this.revision = entry.revision();
    this.requestId = entry.requestId();
    this.detail = entry.detail();
    this.previousHash = entry.previousHash();
    this.hash = entry.hash();
  }

  AuditEntry entry() {
    return new AuditEntry(
        seq,
        at,
        actor,
        action,
        model,
        version,
        target,
        fromValue,
        toValue,
        reason,
        revision,
        requestId,
        detail,
        previousHash,
        hash);
  }
}
