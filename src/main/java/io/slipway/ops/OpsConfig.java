package io.slipway.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How the process gets ready, and how it ends.
@ConfigMapping(prefix = "slipway.ops")
interface OpsConfig {
  /// How long the process goes on as before but not ready, so that balancers learn of it.
  @WithDefault("0s")
  Duration leaveAfter();

  /// How long it then waits for the requests that are on.
  @WithDefault("30s")
  Duration drainAtMost();

  /// How often a rollback is rehearsed after the start, so that the first real one is quick.
  @WithDefault("150")
  int rehearsals();
}
