package io.slipway.registry;

import io.slipway.bundle.Digest;
import org.jspecify.annotations.Nullable;

/// A version that is about to be written; the members are the columns, documents as JSON.
record NewVersion(
    Digest digest,
    Digest blob,
    long size,
    String object,
    int examples,
    String manifest,
    String signature,
    String checks,
    String files,
    @Nullable String description) {}
