package io.slipway.registry;

import io.slipway.bundle.Digest;
import org.jspecify.annotations.Nullable;

/// A version that is to be written. The members are the columns, JSON documents as text. What only
/// a bundle has is null or 0 for other kinds.
record NewVersion(
    VersionKind kind,
    Digest digest,
    @Nullable Digest blob,
    long size,
    @Nullable String source,
    @Nullable String object,
    int examples,
    @Nullable String manifest,
    @Nullable String signature,
    @Nullable String checks,
    String files,
    @Nullable String description) {

  /// Files that are kept as they are.
  ///
  /// @param blob the digest of their archive
  /// @param size of the archive in bytes
  static NewVersion ofFiles(Digest digest, Digest blob, long size, String files) {
    return new NewVersion(
        VersionKind.FILES, digest, blob, size, null, null, 0, null, null, null, files, null);
  }

  /// Content elsewhere.
  static NewVersion ofExternal(Digest digest, String source, @Nullable String description) {
    return new NewVersion(
        VersionKind.EXTERNAL,
        digest,
        null,
        0,
        source,
        null,
        0,
        null,
        null,
        null,
        "[]",
        description);
  }
}
