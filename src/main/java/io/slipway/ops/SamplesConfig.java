package io.slipway.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/// The configuration of the sample bundles for an empty registry.
@ConfigMapping(prefix = "slipway.samples")
interface SamplesConfig {
  /// Whether an empty registry is filled with the samples.
  @WithDefault("false")
  boolean enabled();

  /// The folder with one folder per sample, each with the bundle folders `v1`, `v2`, ….
  Optional<Path> dir();
}
