package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A row of `alias`.
@Entity
@Table(name = "alias")
class AliasEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(name = "model_id")
  long modelId;

  String name = "";
  int version;

  @Column(name = "moved_at")
  Instant movedAt = Instant.EPOCH;

  @Column(name = "moved_by")
  String movedBy = "";

  static @Nullable AliasEntity of(ModelEntity model, String name) {
    return find("modelId = ?1 and name = ?2", model.id, name).firstResult();
  }

  static List<AliasEntity> of(ModelEntity model) {
    return of(List.of(model.key()));
  }

  /// Of all of `models`, by name.
  static List<AliasEntity> of(List<Long> models) {
    return list("modelId in ?1 order by name", models);
  }
}
