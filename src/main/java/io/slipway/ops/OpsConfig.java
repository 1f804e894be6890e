package io.slipway.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The configuration of start and shutdown.
@ConfigMapping(prefix = "slipway.ops")
interface OpsConfig {
  /// How long the process keeps serving after it reports not ready, so that load balancers notice.
  @WithDefault("0s")
  Duration leaveAfter();

  /// How long it then waits for open requests.
  @WithDefault("30s")
  Duration drainAtMost();

  /// How many rollbacks are rehearsed after the start, so that the first real one is fast.
  @WithDefault("150")
  int rehearsals();
}
