package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The configuration of access.
@ConfigMapping(prefix = "slipway.access")
public interface AccessConfig {
  /// Gives everyone full access from anywhere. Without it, and without any key, the service does
  /// not start on an address that other machines can reach.
  @WithDefault("false")
  boolean openToAnyone();

  /// Whether `/metrics` is readable without a key; otherwise it requires the role viewer.
  @WithDefault("false")
  boolean openMetrics();

  /// Host names, besides those of loopback, by which browsers may reach a service without sign-in:
  /// the allowed values of the `Host` header.
  Optional<List<String>> hosts();

  /// Foreign web origins whose pages may make changes, such as `https://tools.example.com`.
  Optional<List<String>> origins();

  /// How often keys are read again: how long a key revoked on another replica stays valid.
  @WithDefault("2s")
  Duration refreshEvery();

  /// The longest duration of a browser's session.
  @WithDefault("12h")
  Duration sessionAtMost();

  /// How long a browser's session lasts without requests.
  @WithDefault("1h")
  Duration sessionIdle();
}
