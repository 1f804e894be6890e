package io.slipway.api.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.registry.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Stages and aliases as JSON, and moves of stages; `docs/reference/registry-api.md` says what each
/// member means.
final class PointerViews {
  private PointerViews() {}

  @JsonNaming(SnakeCaseStrategy.class)
  record StageView(
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant movedAt,
      String movedBy) {

    static StageView of(Stage stage) {
      return new StageView(
          stage.name(),
          stage.version(),
          stage.previous(),
          stage.revision(),
          stage.movedAt(),
          stage.movedBy());
    }

    static Map<String, StageView> of(List<Stage> stages) {
      Map<String, StageView> views = new TreeMap<>();
      stages.forEach(stage -> views.put(stage.name(), of(stage)));
      return views;
    }
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record Moved(
      String model,
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant movedAt,
      boolean moved,
      long activatedInMs,
      ReplicaViews.FollowingView replicas) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record AliasView(
      String model,
      String alias,
      @Nullable Integer version,
      @Nullable Integer previous,
      long revision) {}
}
