package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The large columns of a row of `model_version`, which are read only when they are needed.
@RegisterForReflection
record VersionDocuments(
    int number, String manifest, String signature, String checks, String files) {}
