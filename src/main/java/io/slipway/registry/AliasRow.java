package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// A row of `alias` for reading (a projection).
@RegisterForReflection
record AliasRow(long modelId, String name, int version) {}
