package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// A request to point a stage to a version.
///
/// @param stage ignoring case
/// @param reason for the history
/// @param expectedRevision from `If-Match`: the model's revision that the caller has seen; null
///     if it was not sent
public record Promotion(
    String model,
    String stage,
    int version,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
