package io.slipway.registry;

import io.slipway.bundle.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An upload in parts, which can be resumed after an interruption.
///
/// @param id 26 random characters that can't be guessed
/// @param kind the form of the complete content
/// @param size of the complete content in bytes
/// @param expected the digest of the complete content; null if the sender has not declared it
/// @param offset the number of bytes on the disk, where the next part starts
/// @param owner the caller who started it
/// @param expiresAt when it is deleted, unless a part arrives before
public record PartialUpload(
    String id,
    String model,
    Upload.Kind kind,
    long size,
    @Nullable Digest expected,
    long offset,
    String owner,
    Instant expiresAt) {}
