package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// An alias after a change.
///
/// @param version null if the alias was removed
/// @param previous the version before the request; null if the alias is new
/// @param revision the model's current revision
public record AliasMoved(
    String model,
    String alias,
    @Nullable Integer version,
    @Nullable Integer previous,
    long revision) {}
