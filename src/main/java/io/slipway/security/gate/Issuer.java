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

/// What the issuer is asked besides tokens. For its keys, time and again: Quarkus asks only where a
/// token names a key that it does not know, so that one which the issuer has withdrawn, as it was
/// stolen, would count until then. Where the issuer does not answer, the keys that are known go on
/// counting. And where it signs people out of itself.
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
      // There is no other way to have the keys asked for; what is no token is refused after it.
      issuer
          .provider()
          .refreshJwksAndVerifyJwtToken("", false, false, null)
          .subscribe()
          .with(_ -> {}, failure -> LOG.debugf("the issuer's keys: %s", failure.getMessage()));
    }
  }

  /// Where a browser is signed out of the issuer too; null where the issuer tells of no such place,
  /// or was not asked yet. The issuer asks the person, as it is shown no token.
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
