package io.slipway.security.gate;

import io.slipway.security.Identity;
import io.slipway.security.Keyring;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Tells a door who calls.
@Singleton
public final class Callers {
  private static final String KEY = "slipway.identity";

  private final Keyring ring;

  @Inject
  Callers(Keyring ring) {
    this.ring = ring;
  }

  /// Whom the gate let through. Nothing is noted on a request while the service asks nobody, so
  /// that it costs nothing; one that it has not judged is nobody's.
  public Identity of(RoutingContext rc) {
    Identity noted = rc.get(KEY);
    if (noted != null) {
      return noted;
    }
    return ring.open() ? Identity.ANYONE : Identity.NOBODY;
  }

  static void note(RoutingContext rc, Identity identity) {
    rc.put(KEY, identity);
  }
}
