package io.slipway.console;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// The address `/`, which clients of KServe ask whether the server is alive: a browser gets the
/// console there.
@Singleton
final class Front {
  private static final String CONSOLE = "/console";

  void register(@Observes Router router) {
    // Before the door that answers everybody else.
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

  /// Whether `text/html` is named; `*/*` alone is what programs send.
  private static boolean asksForPage(RoutingContext rc) {
    return rc.parsedHeaders().accept().stream()
        .map(MIMEHeader::value)
        .anyMatch(type -> type.startsWith("text/html"));
  }
}
