package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.slipway.bundle.Digest;

/// An access key with the hash of its secret, to check a caller's key against.
@RegisterForReflection
public record Credential(AccessKey key, Digest secretHash) {}
