package io.slipway.registry;

import io.slipway.bundle.Digest;

/// What a presented key is held against.
public record Credential(AccessKey key, Digest secretHash) {}
