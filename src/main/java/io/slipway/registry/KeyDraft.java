package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key that is about to be made; the members are those of [AccessKey].
///
/// @param secretHash of the secret, which this room never sees
public record KeyDraft(
    String id,
    String name,
    Digest secretHash,
    List<String> roles,
    List<String> models,
    @Nullable Integer rate,
    @Nullable Integer burst,
    @Nullable Instant expiresAt) {}
