package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A row of `model`. A deleted model keeps its row, so that numbers and revisions go on if the name
/// comes back.
@Entity
@Table(name = "model")
class ModelEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String name = "";
  @Nullable String description;
  @Nullable String owner;

  @JdbcTypeCode(SqlTypes.JSON)
  String tags = "{}";

  @JdbcTypeCode(SqlTypes.JSON)
  String policy = "{}";

  long revision;

  @Column(name = "next_number")
  int nextNumber = 1;

  @Column(name = "created_at")
  Instant createdAt = Instant.EPOCH;

  @Column(name = "deleted_at")
  @Nullable Instant deletedAt;

  /// The model as it is; not for a change.
  static ModelEntity existing(String name) {
    ModelEntity found = find("name = ?1 and deletedAt is null", name).firstResult();
    return required(found, name);
  }

  /// The model, its row locked until the transaction ends: every change begins so.
  static ModelEntity locked(String name) {
    ModelEntity found =
        ModelEntity.<ModelEntity>find("name = ?1 and deletedAt is null", name)
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .firstResult();
    return required(found, name);
  }

  private static ModelEntity required(@Nullable ModelEntity found, String name) {
    if (found == null) {
      throw new Refusal.NotFound("there is no model " + name);
    }
    return found;
  }

  /// The identity of a row that was read.
  long key() {
    return Objects.requireNonNull(id);
  }

  /// One revision further.
  long advance() {
    return ++revision;
  }
}
