package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `audit_entry`, which is append-only.
@Entity
@Table(name = "audit_entry")
class AuditEntity extends PanacheEntityBase {
  @Id long seq;
  Instant at = Instant.EPOCH;
  String actor = "";
  String action = "";
  @Nullable String model;
  @Nullable Integer version;
  @Nullable String target;

  @Column(name = "from_value")
  @Nullable String from;

  @Column(name = "to_value")
  @Nullable String to;

  @Nullable String reason;
  @Nullable Long revision;

  @Column(name = "request_id")
  @Nullable String requestId;

  @Nullable String detail;

  @Column(name = "previous_hash")
  String previousHash = "";

  String hash = "";

  AuditEntry toEntry() {
    return new AuditEntry(
        seq,
        at,
        actor,
        action,
        model,
        version,
        target,
        from,
        to,
        reason,
        revision,
        requestId,
        detail,
        previousHash,
        hash);
  }
}
