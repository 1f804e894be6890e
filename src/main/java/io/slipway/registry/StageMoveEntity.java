package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `stage_move`, which is append-only and written by [Stages].
@Entity
@Table(name = "stage_move")
class StageMoveEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(name = "model_id")
  long modelId;

  String stage = "";
  int version;
  @Nullable Integer previous;
  long revision;

  @Column(name = "moved_at")
  Instant movedAt = Instant.EPOCH;

  /// Whether `stage` ever pointed to `version`.
  static boolean held(ModelEntity model, String stage, int version) {
    return count("modelId = ?1 and stage = ?2 and version = ?3", model.id, stage, version) > 0;
  }
}
