package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An access key that is to be created; members as in [AccessKey].
///
/// @param secretHash the hash of the secret, which this package never sees
public record KeyDraft(
    String id,
    String name,
    Digest secretHash,
    List<String> roles,
    List<String> models,
    @Nullable Integer rate,
    @Nullable Integer burst,
    @Nullable Instant expiresAt) {}
