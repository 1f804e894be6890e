package io.slipway.serving.replica;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// The configuration of this replica in a group on one database.
@ConfigMapping(prefix = "slipway.replica")
public interface ReplicaConfig {
  /// The name shown in lists of replicas; by default that of the machine.
  Optional<String> name();

  /// How long the answer to a stage change waits until the other replicas serve it, at most for
  /// what is left of the call's deadline. The answer names those that do not; the change stands
  /// anyway.
  @WithDefault("5s")
  Duration followTimeout();
}
