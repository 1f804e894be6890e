package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Asks to undo the last move of a stage.
///
/// @param stage in any case
/// @param to any earlier holder of the stage; absent: the version before the last move, so that
///       doing it twice is a redo
/// @param from the version that the stage shall leave, so that doing it twice moves nothing;
///       absent: whichever it points to
public record Rollback(
    String model,
    String stage,
    @Nullable Integer to,
    @Nullable Integer from,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
