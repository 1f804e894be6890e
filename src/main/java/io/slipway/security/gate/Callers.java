package io.slipway.security.gate;

import io.slipway.security.Identity;
import io.slipway.security.Keyring;
import io.slipway.security.Presented;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;

/// Provides the caller's identity to doors.
@Singleton
public final class Callers {
  private static final String KEY = "slipway.identity";

  private final Keyring ring;
  private final Sessions sessions;
  private final Tokens tokens;
  private final Certificates certificates;
  private final InstantSource clock;

  @Inject
  Callers(
      Keyring ring,
      Sessions sessions,
      Tokens tokens,
      Certificates certificates,
      InstantSource clock) {
    this.ring = ring;
    this.sessions = sessions;
    this.tokens = tokens;
    this.certificates = certificates;
    this.clock = clock;
  }

  /// How the caller of `request`, which the gate has let pass, stands from now on.
  public Standing standing(HttpServerRequest request) {
    if (ring.open()) {
      return ring::open;
    }
    String key = Credentials.of(request);
    if (key != null && tokens.isOne(key)) {
      return until(tokens.end(key));
    }
    if (key != null) {
      return () -> ring.present(key) instanceof Presented.Known;
    }
    if (certificates.of(request) != null) {
      return until(certificates.end(request));
    }
    Cookie cookie = request.getCookie(SessionRoutes.COOKIE);
    String session = cookie == null ? null : cookie.getValue();
    return () -> session != null && sessions.holds(session);
  }

  private Standing until(Instant end) {
    return () -> clock.instant().isBefore(end);
  }

  /// The identity that the gate has established. With open access nothing is stored with a request;
  /// a request from before the first key that continues after it has no identity.
  public Identity of(RoutingContext rc) {
    if (ring.open()) {
      return Identity.ANYONE;
    }
    Identity noted = rc.get(KEY);
    return noted == null ? Identity.NOBODY : noted;
  }

  static void note(RoutingContext rc, Identity identity) {
    rc.put(KEY, identity);
  }
}
