package io.slipway.registry;

import io.slipway.bundle.Digest;

/// A stored archive that no version needs: its versions were deleted, or it was never registered.
///
/// @param due whether the grace period has passed, so that the next collection removes it
public record Garbage(Digest archive, long size, boolean due) {}
