package io.slipway.ops.webhook;

import io.slipway.registry.EventKinds;
import io.slipway.security.ModelScope;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The validated configuration of webhooks.
record Settings(List<Target> targets, AddressRule addresses, RetryPolicy retry) {
  private static final String PREFIX = "slipway.webhooks.";
  private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";
  private static final int HTTPS = 443;
  private static final int LAST_PORT = 65_535;
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration LONGEST_MEMORY = Duration.ofDays(365);

  /// @throws UnusableTarget for the first invalid setting
  static Settings of(WebhooksConfig config) {
    HostList hosts = new HostList(config.hosts().orElse(List.of()));
    List<Target> targets =
        config.targets().entrySet().stream()
            .map(each -> target(each.getKey(), each.getValue(), hosts))
            .toList();
    return new Settings(
        targets,
        new AddressRule(networks(config.privateNetworks().orElse(List.of()))),
        new RetryPolicy(
            bounded("timeout", config.timeout(), LONGEST_TIMEOUT),
            bounded("give-up-after", config.giveUpAfter(), LONGEST_MEMORY),
            Backoff.USUAL));
  }

  private static Target target(String name, WebhooksConfig.TargetConfig config, HostList hosts) {
    if (!name.matches(NAME)) {
      throw refused(
          "targets", "the name '" + name + "' must consist of a-z, 0-9 and -, 40 at most");
    }
    String property = "targets." + name;
    URI url = url(property + ".url", config.url());
    String host = url.getHost().toLowerCase(Locale.ROOT);
    if (!hosts.has(host)) {
      throw refused(
          property + ".url",
          "its host "
              + host
              + " is not listed; if it may receive events, add it to "
              + PREFIX
              + "hosts (SLIPWAY_WEBHOOKS_HOSTS)");
    }
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return new Target(
        name,
        host,
        url.getPort() < 0 ? HTTPS : url.getPort(),
        path + query,
        secret(property + ".secret", config.secret()),
        kinds(property + ".events", config.events().orElse(List.of())),
        models(property + ".models", config.models().orElse(List.of("*"))));
  }

  private static URI url(String property, String text) {
    String want = "write https://, a host name, and a path";
    URI url;
    try {
      url = new URI(new URI(text.strip()).toASCIIString());
    } catch (URISyntaxException e) {
      throw refused(property, "it is not a URL; " + want);
    }
    if (!"https".equalsIgnoreCase(url.getScheme())) {
      throw refused(property, "it is not https; " + want);
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw refused(property, "it has a user or a fragment; " + want);
    }
    String host = url.getHost();
    if (host == null || !HostList.isName(host.toLowerCase(Locale.ROOT))) {
      throw refused(property, "its host is not a name, which certificates require; " + want);
    }
    if (url.getPort() == 0 || url.getPort() > LAST_PORT) {
      throw refused(property, "its port is invalid; " + want);
    }
    return url;
  }

  private static SigningSecret secret(String property, String text) {
    try {
      return SigningSecret.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw refused(
          property,
          "write whsec_ and 24 to 64 random bytes in Base64: echo whsec_$(openssl rand -base64"
              + " 32)");
    }
  }

  private static EventKinds kinds(String property, List<String> patterns) {
    try {
      return new EventKinds(patterns.stream().map(String::strip).toList());
    } catch (IllegalArgumentException e) {
      throw refused(property, String.valueOf(e.getMessage()));
    }
  }

  private static ModelScope models(String property, List<String> patterns) {
    try {
      return new ModelScope(patterns.stream().map(String::strip).toList());
    } catch (IllegalArgumentException e) {
      throw refused(property, String.valueOf(e.getMessage()));
    }
  }

  private static List<Network> networks(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      try {
        networks.add(Network.of(text.strip()));
      } catch (IllegalArgumentException e) {
        throw refused(
            "private-networks", "'" + text + "' is not a network; write 10.20.0.0/16 or fd00::/8");
      }
    }
    return networks;
  }

  private static Duration bounded(String property, Duration duration, Duration most) {
    if (duration.toMillis() < 1 || duration.compareTo(most) > 0) {
      throw refused(property, "it must be positive, and " + most + " at most");
    }
    return duration;
  }

  private static UnusableTarget refused(String property, String why) {
    return new UnusableTarget(PREFIX + property + ": " + why);
  }
}
