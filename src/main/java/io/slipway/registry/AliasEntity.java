package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/// A row of `alias`, for changes under the lock on its model's row. [AliasRow] is for reading.
@Entity
@DynamicUpdate
@Table(name = "alias")
class AliasEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(name = "model_id")
  private long modelId;

  private String name = "";
  private int version;

  @Column(name = "moved_at")
  private Instant movedAt = Instant.EPOCH;

  @Column(name = "moved_by")
  private String movedBy = "";

  /// Required by Hibernate.
  AliasEntity() {}

  AliasEntity(ModelIdentity model, String name) {
    this.modelId = model.id();
    this.name = name;
  }

  int version() {
    return version;
  }

  void pointTo(int to, Instant at, String by) {
    version = to;
    movedAt = at;
    movedBy = by;
  }
}
