package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A pointer to one version.
///
/// @param name lower-case: `production`, `staging`, or one of the model's policy
/// @param previous what it pointed to before the last move, where a rollback leads
/// @param revision the model's revision since the last move
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
