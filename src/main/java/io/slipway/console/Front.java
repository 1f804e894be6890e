package io.slipway.console;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// The route `/`: browsers are sent to the console. Other clients pass through to the door that
/// answers KServe's health check at the same address.
@Singleton
final class Front {
  private static final String CONSOLE = "/console";

  void register(@Observes Router router) {
    // Before the door that answers all other clients.
    router.get("/").order(-1).handler(Front::welcome);
    router.head("/").order(-1).handler(Front::welcome);
  }

  private static void welcome(RoutingContext rc) {
    if (asksForPage(rc)) {
      rc.response()
          .putHeader("Vary", "Accept")
          .setStatusCode(303)
          .putHeader("Location", CONSOLE)
          .end();
    } else {
      rc.next();
    }
  }

  /// Whether `Accept` names `text/html`; programs send `*/*` alone.
  private static boolean asksForPage(RoutingContext rc) {
    return rc.parsedHeaders().accept().stream()
        .map(MIMEHeader::value)
        .anyMatch(type -> type.startsWith("text/html"));
  }
}
