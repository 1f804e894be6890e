package io.slipway.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An access key for this service, without its secret.
///
/// @param id 12 lower-case letters and digits; part of the key that its holder presents
/// @param name the name that the history shows as the actor
/// @param roles as stored; the package `security` interprets them
/// @param models model names, with `*` for any text
/// @param rate requests per second; null if unlimited
/// @param burst the number of requests that may arrive at once; null without a rate
/// @param lastUsedAt accurate to about a minute; null if the key was never used
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
