package io.slipway.ops.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The configuration of webhooks. Without targets nothing runs.
@ConfigMapping(prefix = "slipway.webhooks")
interface WebhooksConfig {
  /// The allowed hosts of targets: names, `*.example.com` for all subdomains.
  Optional<List<String>> hosts();

  /// The targets by name, which is used in metrics, in the log and for the stored position.
  Map<String, TargetConfig> targets();

  /// Non-public networks in which targets are allowed, such as `10.20.0.0/16`.
  Optional<List<String>> privateNetworks();

  /// The time limit of one try, from the connection to the status.
  @WithDefault("10s")
  Duration timeout();

  /// The age at which an event is no longer tried.
  @WithDefault("24h")
  Duration giveUpAfter();

  /// The TLS configuration (`quarkus.tls.NAME…`) with the trust store for targets and the client
  /// certificate shown to them.
  Optional<String> tls();

  /// One target. Values that may contain a secret are strings, so that no converter's error message
  /// repeats them.
  interface TargetConfig {
    /// The URL: `https://`, a host of [#hosts], a path.
    String url();

    /// The secret for signatures: `whsec_` and 24 to 64 bytes in Base64.
    String secret();

    /// The events to send, such as `promoted`; all by default.
    Optional<List<String>> events();

    /// The models whose events to send, with `*`; all by default.
    Optional<List<String>> models();
  }
}
