package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// A request to undo the last move of a stage.
///
/// @param stage ignoring case
/// @param to any version that the stage has pointed to; null for the version before the last move
/// @param from the version that the stage should leave, so that a repeated request moves nothing;
///     null for the version that it points to. Without `to`, `from` and `expectedRevision`, a
///     rollback is refused if the last move was one: it would redo what that one has undone
public record Rollback(
    String model,
    String stage,
    @Nullable Integer to,
    @Nullable Integer from,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
