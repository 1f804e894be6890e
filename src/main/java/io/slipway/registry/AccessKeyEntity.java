package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `access_key`, which is never deleted.
@Entity
@Table(name = "access_key")
class AccessKeyEntity extends PanacheEntityBase {
  @Id String id = "";

  /// The order in which keys were made.
  @Column(insertable = false, updatable = false)
  long seq;

  String name = "";

  @Column(name = "secret_hash")
  String secretHash = "";

  @JdbcTypeCode(SqlTypes.JSON)
  String roles = "[]";

  @JdbcTypeCode(SqlTypes.JSON)
  String models = "[]";

  @Nullable Integer rate;
  @Nullable Integer burst;

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "created_by")
  String createdBy = "";

  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  @Column(name = "last_used_at")
  @Nullable Instant lastUsedAt;

  @Column(name = "revoked_at")
  @Nullable Instant revokedAt;

  @Column(name = "revoked_by")
  @Nullable String revokedBy;

  AccessKey toKey() {
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
