package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/// A port for operators' programs: health and metrics, without a key.
@ConfigMapping(prefix = "slipway.management")
public interface OperatorsPortConfig {
  /// The port; none by default.
  OptionalInt port();

  /// The address that it listens on. Who reaches it may read health and metrics.
  @WithDefault("127.0.0.1")
  String host();
}
