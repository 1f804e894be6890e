package io.slipway.ops.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who is told of events of the registry. Without a target nobody is, and nothing of it runs.
@ConfigMapping(prefix = "slipway.webhooks")
interface WebhooksConfig {
  /// The hosts that a target may have: names, `*.example.com` for all below one.
  Optional<List<String>> hosts();

  /// Each target, by the name that metrics, the log and the history's position have for it.
  Map<String, TargetConfig> targets();

  /// Networks that no target may be in by default and may be in here, such as `10.20.0.0/16`.
  Optional<List<String>> privateNetworks();

  /// How long one try may take, from the connection to the status.
  @WithDefault("10s")
  Duration timeout();

  /// How old an event may become before it is not tried any more.
  @WithDefault("24h")
  Duration giveUpAfter();

  /// The TLS configuration (`quarkus.tls.NAME…`) whose trust store counts for targets, and whose
  /// certificate is shown to them.
  Optional<String> tls();

  /// One target. What may hold a secret is a text, so that no converter's message repeats it.
  interface TargetConfig {
    /// Where to: `https://`, a host of [#hosts], a path.
    String url();

    /// By what the receiver knows that it was told by us: `whsec_` and 24 to 64 bytes in Base64.
    String secret();

    /// The events it is told of, such as `promoted`; all by default.
    Optional<List<String>> events();

    /// The models it is told of, with `*`; all by default.
    Optional<List<String>> models();
  }
}
