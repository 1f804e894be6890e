package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The number of versions of a model.
@RegisterForReflection
record VersionCount(long modelId, long versions) {}
