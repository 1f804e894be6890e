package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/// The large columns of a row of `model_version`, which are read only when they are needed. All but
/// the files are null for what is not a bundle.
@RegisterForReflection
record VersionDocuments(
    int number,
    @Nullable String manifest,
    @Nullable String signature,
    @Nullable String checks,
    String files) {}
