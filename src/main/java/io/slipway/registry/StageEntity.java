package io.slipway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/// A row of `stage`, for queries only. [StageRow] is for reading, and one SQL statement of
/// [Stages] writes the table.
@Entity
@Immutable
@Table(name = "stage")
class StageEntity {
  @Id private @Nullable Long id;

  @Column(name = "model_id")
  private long modelId;

  private String name = "";
  private int version;
  private @Nullable Integer previous;
  private long revision;

  @Column(name = "moved_at")
  private Instant movedAt = Instant.EPOCH;

  @Column(name = "moved_by")
  private String movedBy = "";
}
