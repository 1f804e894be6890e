package io.slipway.registry;

import io.slipway.bundle.Digest;

/// An archive that no version needs: those that had it were deleted, or it was never registered.
///
/// @param due whether it has been so for longer than the grace period, and goes with the next
///       collection
public record Garbage(Digest archive, long size, boolean due) {}
