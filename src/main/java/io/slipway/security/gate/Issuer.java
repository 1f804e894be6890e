package io.slipway.security.gate;

import io.quarkus.oidc.OidcConfigurationMetadata;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.runtime.StartupEvent;
import io.slipway.security.OidcConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Calls to the issuer besides token validation. It refreshes the issuer's keys periodically:
/// Quarkus does so only for a token with an unknown key, so that a stolen and withdrawn key would
/// stay valid until then. While the issuer does not answer, the known keys stay valid. It also
/// gives the issuer's sign-out page.
@Singleton
final class Issuer {
  private static final Logger LOG = Logger.getLogger(Issuer.class);

  private final TenantConfigBean tenants;
  private final OidcConfig config;

  @Inject
  Issuer(TenantConfigBean tenants, OidcConfig config) {
    this.tenants = tenants;
    this.config = config;
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    if (config.issuer().isPresent()) {
      vertx.setPeriodic(config.keysEvery().toMillis(), _ -> refresh());
    }
  }

  private void refresh() {
    TenantConfigContext issuer = known();
    if (issuer != null) {
      // The only way to have the keys refreshed: validate a token, which is then refused.
      issuer
          .provider()
          .refreshJwksAndVerifyJwtToken("", false, false, null)
          .subscribe()
          .with(_ -> {}, failure -> LOG.debugf("the issuer's keys: %s", failure.getMessage()));
    }
  }

  /// The issuer's sign-out page; null where the issuer has none, or has not answered yet. The
  /// issuer asks the user to confirm, as it gets no token.
  @Nullable String signOut() {
    TenantConfigContext issuer = known();
    OidcConfigurationMetadata told = issuer == null ? null : issuer.getOidcMetadata();
    String place = told == null ? null : told.getEndSessionUri();
    if (place == null || !(place.startsWith("https://") || place.startsWith("http://"))) {
      return null;
    }
    return place
        + (place.indexOf('?') < 0 ? '?' : '&')
        + "client_id="
        + URLEncoder.encode(config.clientId(), StandardCharsets.UTF_8);
  }

  private @Nullable TenantConfigContext known() {
    TenantConfigContext issuer = tenants.getDynamicTenant(OidcTenant.ID);
    return issuer != null && issuer.ready() ? issuer : null;
  }
}
