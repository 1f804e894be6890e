package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/// A row of `event`. The database gives it its number when it is inserted.
@Entity
@Immutable
@Table(name = "event")
class EventEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long sequence;

  private String kind = "";
  private @Nullable String model;

  @ColumnTransformer(read = "cast(payload as text)", write = "cast(? as json)")
  private String payload = "{}";

  private Instant at = Instant.EPOCH;
  private @Nullable Long audit;

  @Column(name = "audit_hash")
  private @Nullable String auditHash;

  private String id = "";

  /// Required by Hibernate.
  EventEntity() {}

  EventEntity(String kind, @Nullable String model, String payload, Instant at, String id) {
    this.kind = kind;
    this.model = model;
    this.payload = payload;
    this.at = at;
    this.id = id;
  }

  RegistryEvent event() {
    return new RegistryEvent(
        Objects.requireNonNull(sequence), kind, model, payload, at, audit, auditHash, id);
  }
}
