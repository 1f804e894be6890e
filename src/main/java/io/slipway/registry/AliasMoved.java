package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// An alias after a change.
///
/// @param version null where it was removed
/// @param previous what it pointed to before
/// @param revision the model's revision now
public record AliasMoved(
    String model,
    String alias,
    @Nullable Integer version,
    @Nullable Integer previous,
    long revision) {}
