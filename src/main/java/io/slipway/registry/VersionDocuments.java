package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The large columns of a row of `model_version`, for who asks for them.
@RegisterForReflection
record VersionDocuments(
    int number, String manifest, String signature, String checks, String files) {}
