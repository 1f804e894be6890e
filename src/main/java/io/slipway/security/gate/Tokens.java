package io.slipway.security.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.slipway.security.Grants;
import io.slipway.security.Identity;
import io.slipway.security.OidcConfig;
import io.slipway.security.Presented;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jspecify.annotations.Nullable;

/// Validation of users' tokens (JSON Web Tokens of the configured issuer). Quarkus checks
/// signature, issuer, audience and time; [Grants] gives the permissions of groups.
@Singleton
final class Tokens {
  private static final Logger LOG = Logger.getLogger(Tokens.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instance<HttpAuthenticator> authenticator;
  private final Grants grants;
  private final boolean configured;
  private final String nameClaim;

  @Inject
  Tokens(Instance<HttpAuthenticator> authenticator, OidcConfig config) {
    this.authenticator = authenticator;
    this.grants = Grants.of(config);
    this.configured = config.issuer().isPresent();
    this.nameClaim = config.nameClaim();
  }

  /// Whether an issuer is configured.
  boolean configured() {
    return configured;
  }

  /// Whether `credential` has the form of a token rather than a key: three parts, the first of
  /// which is JSON in Base64.
  boolean isOne(String credential) {
    if (!configured || !credential.startsWith("ey")) {
      return false;
    }
    int first = credential.indexOf('.');
    int second = credential.indexOf('.', first + 1);
    return first > 0 && second > 0 && credential.indexOf('.', second + 1) < 0;
  }

  /// When a token that has been validated ends; now where it does not say so.
  Instant end(String token) {
    try {
      byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", 3)[1]);
      JsonNode expiry = JSON.readTree(claims).path("exp");
      return Instant.ofEpochSecond(expiry.asLong());
    } catch (IOException | IllegalArgumentException e) {
      return Instant.EPOCH;
    }
  }

  /// Validates the token of the request, or the code with which the issuer has sent a browser back.
  ///
  /// @param then called on the request's event loop
  void judge(RoutingContext rc, Consumer<Presented> then) {
    attempt(
        rc,
        identity -> then.accept(presented(identity)),
        failure -> then.accept(presented(failure)));
  }

  void attempt(
      RoutingContext rc, Consumer<@Nullable SecurityIdentity> then, Consumer<Throwable> otherwise) {
    Context context = rc.vertx().getOrCreateContext();
    Uni.createFrom()
        .deferred(() -> authenticator.get().attemptAuthentication(rc))
        .emitOn(task -> context.runOnContext(_ -> task.run()))
        .subscribe()
        .with(then::accept, otherwise);
  }

  Presented presented(@Nullable SecurityIdentity identity) {
    if (identity == null
        || identity.isAnonymous()
        || !(identity.getPrincipal() instanceof JsonWebToken token)) {
      return Presented.Rejected.UNKNOWN;
    }
    Object name = token.getClaim(nameClaim);
    Optional<Identity> person =
        grants.identity(
            "oidc", name == null ? token.getSubject() : String.valueOf(name), identity.getRoles());
    return person.isPresent() ? new Presented.Person(person.get()) : Presented.Token.WITHOUT_ROLE;
  }

  static Presented presented(Throwable failure) {
    boolean judged = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidJwtException invalid && invalid.hasExpired()) {
        return Presented.Rejected.EXPIRED;
      }
      judged |= cause instanceof AuthenticationFailedException;
    }
    if (judged) {
      return Presented.Rejected.UNKNOWN;
    }
    LOG.warnf("a token cannot be validated: %s", failure.getMessage());
    return Presented.Token.WITHOUT_ISSUER;
  }
}
