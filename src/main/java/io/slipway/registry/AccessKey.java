package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key to this service, without its secret.
///
/// @param id 12 lower-case letters and digits, part of the key that its holder has
/// @param name whom the history names
/// @param roles as they were given; who reads them decides what they mean
/// @param models names of models with `*` for anything
/// @param rate requests a second; null without a limit
/// @param burst how many requests may come at once, where there is a rate
/// @param lastUsedAt to the minute or so; null where it was never used
@RegisterForReflection
public record AccessKey(
    String id,
    String name,
    List<String> roles,
    List<String> models,
    @Nullable Integer rate,
    @Nullable Integer burst,
    Instant createdAt,
    String createdBy,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt,
    @Nullable String revokedBy) {}
