package io.slipway.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A stage after a promotion or a rollback.
///
/// @param previous the version before the last move
/// @param revision the model's revision after the request
/// @param at the time of the last move
/// @param moved false if nothing changed: the stage pointed to that version already, or the
///     request is a repetition
public record StageMoved(
    String model,
    String stage,
    int version,
    @Nullable Integer previous,
    long revision,
    Instant at,
    boolean moved) {}
