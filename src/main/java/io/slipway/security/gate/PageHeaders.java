package io.slipway.security.gate;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/// The security headers of every page: only resources of this service are loaded, and no other site
/// may frame it. Scripts and styles must be in files.
final class PageHeaders {
  private static final String CONTENT =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
          + " base-uri 'none'";

  /// The policy for Swagger UI, which has inline scripts and styles.
  private static final String SWAGGER_CONTENT =
      CONTENT.replace("-src 'self';", "-src 'self' 'unsafe-inline';");

  private static final String SWAGGER = "/q/swagger-ui";

  private PageHeaders() {}

  /// Adds the headers to the answer, where that is a page.
  static void on(RoutingContext rc) {
    rc.addHeadersEndHandler(
        _ -> {
          MultiMap headers = rc.response().headers();
          headers.set("X-Content-Type-Options", "nosniff");
          String type = headers.get(HttpHeaders.CONTENT_TYPE);
          if (type != null && type.startsWith("text/html")) {
            put(rc.request());
          } else if (type != null && type.startsWith("text/event-stream")) {
            // Otherwise a proxy may keep events back: nginx until a buffer is full, others to
            // compress or store them.
            headers.set("X-Accel-Buffering", "no");
            headers.set(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
          }
        });
  }

  /// Adds the headers to the answer to `request`, which is a page.
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
