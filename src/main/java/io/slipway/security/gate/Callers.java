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
  /// that it costs nothing; of one that came before the first key, and goes on behind it, nobody is
  /// known.
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
