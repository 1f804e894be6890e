package io.slipway.serving.replica;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// This replica among others on the same database.
@ConfigMapping(prefix = "slipway.replica")
public interface ReplicaConfig {
  /// What it is called, where replicas are listed; the machine's name by default.
  Optional<String> name();

  /// How long the answer to a move of a stage waits for the other replicas to follow. Where some
  /// have not, it says which; the move stands.
  @WithDefault("20s")
  Duration followTimeout();
}
