package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// Asks to point an alias to a version, or to remove it.
///
/// @param version absent: remove the alias
/// @param expectedRevision of `If-Match`
public record AliasChange(
    String model,
    String alias,
    @Nullable Integer version,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
