package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Asks to point a stage to a version.
///
/// @param stage in any case
/// @param reason for the history
/// @param expectedRevision of `If-Match`: the model's revision that the caller has seen
public record Promotion(
    String model,
    String stage,
    int version,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
