package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;

/// What a presented key is held against.
@RegisterForReflection
public record Credential(AccessKey key, Digest secretHash) {}
