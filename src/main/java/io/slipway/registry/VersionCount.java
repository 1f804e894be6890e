package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// How many versions a model has.
@RegisterForReflection
record VersionCount(long modelId, long versions) {}
