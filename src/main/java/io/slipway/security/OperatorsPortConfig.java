package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/// The configuration of a separate port for health and metrics, without keys.
@ConfigMapping(prefix = "slipway.management")
public interface OperatorsPortConfig {
  /// The port; none by default.
  OptionalInt port();

  /// The address that it listens on. Anyone who can reach it can read health and metrics.
  @WithDefault("127.0.0.1")
  String host();
}
