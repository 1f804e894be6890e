package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `access_key`. Rows are never deleted.
@Entity
@DynamicUpdate
@Table(name = "access_key")
class AccessKeyEntity {
  @Id private String id = "";

  /// The order of creation, assigned by the database.
  @Column(insertable = false, updatable = false)
  private long seq;

  private String name = "";

  @Column(name = "secret_hash")
  private String secretHash = "";

  @JdbcTypeCode(SqlTypes.JSON)
  private String roles = "[]";

  @JdbcTypeCode(SqlTypes.JSON)
  private String models = "[]";

  private @Nullable Integer rate;
  private @Nullable Integer burst;

  @Column(name = "created_at")
  private Instant createdAt = Instant.EPOCH;

  @Column(name = "created_by")
  private String createdBy = "";

  @Column(name = "expires_at")
  private @Nullable Instant expiresAt;

  @Column(name = "last_used_at")
  private @Nullable Instant lastUsedAt;

  @Column(name = "revoked_at")
  private @Nullable Instant revokedAt;

  @Column(name = "revoked_by")
  private @Nullable String revokedBy;

  /// Required by Hibernate.
  AccessKeyEntity() {}

  AccessKeyEntity(KeyDraft draft, Instant at, String by) {
    this.id = draft.id();
    this.name = draft.name();
    this.secretHash = draft.secretHash().hex();
    this.roles = Json.write(draft.roles());
    this.models = Json.write(draft.models());
    this.rate = draft.rate();
    this.burst = draft.burst();
    this.createdAt = at;
    this.createdBy = by;
    Instant end = draft.expiresAt();
    this.expiresAt = end == null ? null : end.truncatedTo(ChronoUnit.MICROS);
  }

  long seq() {
    return seq;
  }

  boolean revoked() {
    return revokedAt != null;
  }

  void revoke(Instant at, String by) {
    revokedAt = at;
    revokedBy = by;
  }

  AccessKey key() {
    return new AccessKey(
        id,
        name,
        Json.list(roles),
        Json.list(models),
        rate,
        burst,
        createdAt,
        createdBy,
        expiresAt,
        lastUsedAt,
        revokedAt,
        revokedBy);
  }
}
