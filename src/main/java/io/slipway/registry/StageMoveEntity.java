package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/// A row of `stage_move`, for queries only. The table is append-only, and one SQL statement of
/// [Stages] writes it.
@Entity
@Immutable
@Table(name = "stage_move")
class StageMoveEntity {
  @Id private @Nullable Long id;

  @Column(name = "model_id")
  private long modelId;

  private String stage = "";
  private int version;
}
