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

/// A row of `stage`.
@Entity
@Table(name = "stage")
class StageEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(name = "model_id")
  long modelId;

  String name = "";
  int version;
  @Nullable Integer previous;
  long revision;

  @Column(name = "moved_at")
  Instant movedAt = Instant.EPOCH;

  @Column(name = "moved_by")
  String movedBy = "";

  static @Nullable StageEntity of(ModelEntity model, String name) {
    return find("modelId = ?1 and name = ?2", model.id, name).firstResult();
  }

  static List<StageEntity> of(ModelEntity model) {
    return of(List.of(model.key()));
  }

  /// Of all of `models`, by name.
  static List<StageEntity> of(List<Long> models) {
    return list("modelId in ?1 order by name", models);
  }

  Stage toStage() {
    return new Stage(name, version, previous, revision, movedAt, movedBy);
  }
}
