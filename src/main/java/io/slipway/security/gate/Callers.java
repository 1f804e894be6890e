package io.slipway.security.gate;

import io.slipway.security.Identity;
import io.slipway.security.Keyring;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/// Provides the caller's identity to doors.
@Singleton
public final class Callers {
  private static final String KEY = "slipway.identity";

  private final Keyring ring;

  @Inject
  Callers(Keyring ring) {
    this.ring = ring;
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
