package io.slipway.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/// The sample bundles that an empty registry gets.
@ConfigMapping(prefix = "slipway.samples")
interface SamplesConfig {
  /// Whether an empty registry gets the samples, promoted.
  @WithDefault("false")
  boolean enabled();

  /// The folder with one folder a sample, each with the bundle folders `v1`, `v2`, ….
  Optional<Path> dir();
}
