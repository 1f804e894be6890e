package io.slipway.registry;

import org.jspecify.annotations.Nullable;

/// A request to point an alias to a version, or to remove the alias.
///
/// @param version null to remove the alias
/// @param expectedRevision from `If-Match`; null if it was not sent
public record AliasChange(
    String model,
    String alias,
    @Nullable Integer version,
    @Nullable String reason,
    @Nullable Long expectedRevision,
    Caller caller) {}
