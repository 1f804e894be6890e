package io.slipway.registry;

import io.slipway.bundle.Digest;
import org.jspecify.annotations.Nullable;

/// A version that is to be written. The members are the columns, JSON documents as text.
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
