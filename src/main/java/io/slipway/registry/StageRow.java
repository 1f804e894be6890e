package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A row of `stage` for reading (a projection).
@RegisterForReflection
record StageRow(
    long modelId,
    String name,
    int version,
    @Nullable Integer previous,
    long revision,
    Instant movedAt,
    String movedBy) {
  Stage stage() {
    return new Stage(name, version, previous, revision, movedAt, movedBy);
  }
}
