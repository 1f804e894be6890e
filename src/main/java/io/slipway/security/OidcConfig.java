package io.slipway.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// People whom an issuer of OpenID Connect knows. Without an issuer there is no such thing.
@ConfigMapping(prefix = "slipway.oidc")
public interface OidcConfig {
  /// The issuer's address, as its tokens name it.
  Optional<String> issuer();

  /// By what the issuer knows this service.
  @WithDefault("slipway")
  String clientId();

  /// By what it proves to the issuer to be that.
  Optional<String> clientSecret();

  /// Whom a token must be for; the client id by default.
  Optional<List<String>> audience();

  /// The claim that holds the groups of a person, with `/` from level to level
  /// (`realm_access/roles`).
  @WithDefault("groups")
  String groupsClaim();

  /// Which group has which role: `group=role`.
  Optional<List<String>> roles();

  /// Which group is for which models: `group=name`, with `*`. Without any, all are for all.
  Optional<List<String>> models();

  /// The claim that names the person in the history; where a token lacks it, its subject does.
  @WithDefault("preferred_username")
  String nameClaim();

  /// How long a browser stays signed in by a token, whatever becomes of the person meanwhile.
  @WithDefault("1h")
  Duration sessionAtMost();

  /// How often the issuer's keys are asked for anew, so that one that it has withdrawn counts no
  /// longer.
  @WithDefault("5m")
  Duration keysEvery();
}
