package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
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
}
