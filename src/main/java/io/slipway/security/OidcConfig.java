package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The configuration of sign-in with OpenID Connect; off without an issuer.
@ConfigMapping(prefix = "slipway.oidc")
public interface OidcConfig {
  /// The issuer's URL, as in its tokens.
  Optional<String> issuer();

  /// This service's client id at the issuer.
  @WithDefault("slipway")
  String clientId();

  /// This service's client secret at the issuer.
  Optional<String> clientSecret();

  /// The accepted audiences of tokens; the client id by default.
  Optional<List<String>> audience();

  /// The claim with a user's groups, with `/` between levels (`realm_access/roles`).
  @WithDefault("groups")
  String groupsClaim();

  /// The roles of groups: `group=role`.
  Optional<List<String>> roles();

  /// The models of groups: `group=name`, with `*`. Without entries all are for all models.
  Optional<List<String>> models();

  /// The claim with the user's name for the audit log; the subject where a token lacks it.
  @WithDefault("preferred_username")
  String nameClaim();

  /// How long a browser's session lasts, even if the user loses access at the issuer meanwhile.
  @WithDefault("1h")
  Duration sessionAtMost();

  /// How often the issuer's keys are refreshed, so that withdrawn keys stop being accepted.
  @WithDefault("5m")
  Duration keysEvery();
}
