package io.slipway.api.registry;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.slipway.registry.PredictingVersion;
import io.slipway.registry.PredictionIdKey;
import io.slipway.registry.PredictionIdNumbers;
import io.slipway.serving.id.Decision;
import io.slipway.serving.id.IdContent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prediction ids and their keys as JSON; `docs/reference/registry-api.md` says what each member
/// means.
final class PredictionIdViews {
  /// The tolerated difference between the clocks of a replica and the database.
  private static final Duration APART = Duration.ofMinutes(5);

  private PredictionIdViews() {}

  /// @param model null, like `version`, where the id does not contain it
  @JsonNaming(SnakeCaseStrategy.class)
  record IdView(
      String predictionId,
      Instant time,
      @Nullable String model,
      @Nullable Integer version,
      boolean deleted,
      ReplicaOfId replica,
      int count,
      DecisionView decision) {

    static IdView of(
        String id,
        IdContent content,
        @Nullable PredictingVersion version,
        PredictionIdNumbers.@Nullable Holder holder) {
      Instant time = Instant.ofEpochMilli(content.millis());
      return new IdView(
          id,
          time,
          version == null ? null : version.model(),
          version == null ? null : version.number(),
          version != null && version.deleted(),
          ReplicaOfId.of(content.replica(), time, holder),
          content.count(),
          DecisionView.of(content.decision(), version == null ? List.of() : version.labels()));
    }
  }

  /// @param id null, like `name`, where another replica has the number now
  record ReplicaOfId(int number, @Nullable String id, @Nullable String name) {
    static ReplicaOfId of(int number, Instant time, PredictionIdNumbers.@Nullable Holder holder) {
      return holder == null || holder.takenAt().minus(APART).isAfter(time)
          ? new ReplicaOfId(number, null, null)
          : new ReplicaOfId(number, holder.replica().toString(), holder.name());
    }
  }

  /// @param kind `label`, `value` or `none`
  /// @param scoreLabel the label that the score belongs to
  /// @param step the resolution of the score
  @JsonNaming(SnakeCaseStrategy.class)
  record DecisionView(
      String kind,
      @Nullable Integer labelIndex,
      @Nullable String label,
      @Nullable Double score,
      @Nullable String scoreLabel,
      @Nullable Double step,
      @Nullable Double value) {

    static DecisionView of(Decision decision, List<String> labels) {
      return switch (decision) {
        case Decision.Label(Integer index, Double score, double step) ->
            new DecisionView(
                "label",
                index,
                label(labels, index),
                score,
                score == null
                    ? null
                    : label(labels, labels.size() == 2 ? Integer.valueOf(1) : index),
                score == null ? null : step,
                null);
        case Decision.Value(double value) ->
            new DecisionView(
                "value", null, null, null, null, null, Double.isFinite(value) ? value : null);
        case Decision.None() -> new DecisionView("none", null, null, null, null, null, null);
      };
    }

    private static @Nullable String label(List<String> labels, @Nullable Integer index) {
      return index != null && index < labels.size() ? labels.get(index) : null;
    }
  }

  /// @param used whether the answering replica uses it for new ids
  @JsonNaming(SnakeCaseStrategy.class)
  record IdKeyView(int number, Instant createdAt, String createdBy, boolean used) {
    static IdKeyView of(PredictionIdKey key, int used) {
      return new IdKeyView(key.number(), key.createdAt(), key.createdBy(), key.number() == used);
    }
  }

  record IdKeysView(List<IdKeyView> keys) {
    static IdKeysView of(List<PredictionIdKey> keys, int used) {
      return new IdKeysView(keys.stream().map(key -> IdKeyView.of(key, used)).toList());
    }
  }
}
