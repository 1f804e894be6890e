package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An upload that comes in parts and can go on where it broke off.
///
/// @param id 26 characters that nobody can guess
/// @param kind what the whole is
/// @param size of the whole in bytes
/// @param expected of the whole, where the sender has said so
/// @param offset how many bytes are on the disk: where the next part begins
/// @param owner who has begun it
/// @param expiresAt when it is thrown away, if no part comes before
public record PartialUpload(
    String id,
    String model,
    Upload.Kind kind,
    long size,
    @Nullable Digest expected,
    long offset,
    String owner,
    Instant expiresAt) {}
