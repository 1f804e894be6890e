package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Who is let in.
@ConfigMapping(prefix = "slipway.access")
public interface AccessConfig {
  /// Lets anyone do everything from anywhere. Without it a service that asks nobody who they are
  /// does not start on an address that other machines reach.
  @WithDefault("false")
  boolean openToAnyone();

  /// Lets anyone read `/metrics`; without it that takes a key of a viewer.
  @WithDefault("false")
  boolean openMetrics();

  /// Names, besides those of loopback, by which a browser may reach a service that asks nobody who
  /// they are: what a `Host` header may say.
  Optional<List<String>> hosts();

  /// Foreign web origins whose pages may change something, such as `https://tools.example.com`.
  Optional<List<String>> origins();

  /// How often keys are read anew: how long a key that was revoked on another replica still counts.
  @WithDefault("2s")
  Duration refreshEvery();

  /// How long a browser stays signed in at most.
  @WithDefault("12h")
  Duration sessionAtMost();

  /// How long a browser stays signed in without a request.
  @WithDefault("1h")
  Duration sessionIdle();
}
