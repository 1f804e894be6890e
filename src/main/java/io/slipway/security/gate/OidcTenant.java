package io.slipway.security.gate;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.slipway.security.OidcConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Quarkus's configuration of the issuer. Its metadata is read when the first token arrives, so
/// that the service starts without it.
@Singleton
final class OidcTenant implements TenantConfigResolver {
  static final String ID = "people";

  /// The redirect URI of the code flow.
  static final String PATH = "/sign-in/oidc";

  /// The shortest interval between refreshes of the issuer's keys because of unknown key ids.
  private static final Duration KEYS_AT_MOST_EVERY = Duration.ofSeconds(10);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final @Nullable OidcTenantConfig tenant;

  @Inject
  OidcTenant(OidcConfig config) {
    this.tenant = config.issuer().map(issuer -> tenant(issuer, config)).orElse(null);
  }

  private static OidcTenantConfig tenant(String issuer, OidcConfig config) {
    var builder =
        OidcTenantConfig.authServerUrl(issuer)
            .tenantId(ID)
            .clientId(config.clientId())
            .applicationType(ApplicationType.HYBRID)
            .connectionTimeout(TIMEOUT)
            .roles()
            .roleClaimPath(config.groupsClaim())
            .end()
            .token()
            .audience(config.audience().orElse(List.of(config.clientId())))
            .subjectRequired()
            .forcedJwkRefreshInterval(KEYS_AT_MOST_EVERY)
            .allowJwtIntrospection(false)
            .allowOpaqueTokenIntrospection(false)
            .end()
            .authentication()
            .redirectPath(PATH)
            .restorePathAfterRedirect(false)
            .removeRedirectParameters(false)
            .pkceRequired()
            .nonceRequired()
            .stateSecret(random())
            .end()
            .tokenStateManager()
            .encryptionSecret(random())
            .end();
    config.clientSecret().ifPresent(secret -> builder.credentials(secret));
    return builder.build();
  }

  /// A random key that encrypts the cookies of the code flow. Per process: a flow begins and ends
  /// in one process.
  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public Uni<OidcTenantConfig> resolve(
      RoutingContext rc, OidcRequestContext<OidcTenantConfig> context) {
    return Uni.createFrom().item(tenant);
  }
}
