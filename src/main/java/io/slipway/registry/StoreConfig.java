package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// Where archives are stored in addition to the local disk. The connection to the bucket
/// (endpoint, region, credentials) is configured as `quarkus.s3.…`.
@ConfigMapping(prefix = "slipway.store")
public interface StoreConfig {
  /// The bucket of an S3-compatible store that all replicas share. Without it, archives are on
  /// the local disk only.
  Optional<String> bucket();

  /// The start of the archives' keys in the bucket.
  @WithDefault("slipway/")
  String prefix();

  /// How long the store may be silent: before it answers, and between the bytes of an archive.
  /// For each 16 MiB of an archive that it is sent, it has another second to acknowledge it.
  @WithDefault("5s")
  Duration timeout();

  /// Whether requests have the checksums of archives, in headers and trailers, and ask for them.
  /// Turn it off for stores that refuse them.
  @WithDefault("true")
  boolean checksums();
}
