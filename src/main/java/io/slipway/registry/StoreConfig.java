package io.slipway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Where archives are kept besides the local disk. How the bucket is reached (endpoint, region,
/// credentials) is configured as `quarkus.s3.…`.
@ConfigMapping(prefix = "slipway.store")
public interface StoreConfig {
  /// The bucket of an S3-compatible store that all replicas share; without one the local disk is
  /// all there is.
  Optional<String> bucket();

  /// What the names of the archives in the bucket begin with.
  @WithDefault("slipway/")
  String prefix();
}
