package io.slipway.security.gate;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/// The headers of every page: nothing runs, frames or leaves but what this service itself serves. A
/// page needs its scripts and styles in files of their own.
final class PageHeaders {
  private static final String CONTENT =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
          + " base-uri 'none'";

  /// Swagger UI writes scripts and styles into its page.
  private static final String SWAGGER_CONTENT =
      CONTENT.replace("-src 'self';", "-src 'self' 'unsafe-inline';");

  private static final String SWAGGER = "/q/swagger-ui";

  private PageHeaders() {}

  /// Has them put on the answer, where that is a page.
  static void on(RoutingContext rc) {
    rc.addHeadersEndHandler(
        _ -> {
          MultiMap headers = rc.response().headers();
          headers.set("X-Content-Type-Options", "nosniff");
          String type = headers.get(HttpHeaders.CONTENT_TYPE);
          if (type != null && type.startsWith("text/html")) {
            put(rc.request());
          }
        });
  }

  /// Puts them on the answer to `request`, which is a page.
  static void put(HttpServerRequest request) {
    boolean swagger = request.path().startsWith(SWAGGER);
    MultiMap headers = request.response().headers();
    headers
        .set("X-Content-Type-Options", "nosniff")
        .set("Content-Security-Policy", swagger ? SWAGGER_CONTENT : CONTENT)
        .set("Referrer-Policy", "same-origin")
        .set("X-Frame-Options", "DENY")
        .set("Cross-Origin-Opener-Policy", "same-origin")
        .set("Cross-Origin-Resource-Policy", "same-origin")
        .set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
      headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
    }
  }
}
