package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A stage: a named pointer to one version of a model.
///
/// @param name in lower case: `production`, `staging`, or a stage of the model's policy
/// @param previous the version before the last move, which a rollback returns to; null if there
///     is none
/// @param revision the model's revision after the last move
@RegisterForReflection
public record Stage(
    String name,
    int version,
    @Nullable Integer previous,
    long revision,
    Instant movedAt,
    String movedBy) {
  public static final String PRODUCTION = "production";
  public static final String STAGING = "staging";
}
