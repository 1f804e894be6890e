package io.slipway.security.gate;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells browsers what pages of the configured foreign origins may do (CORS, of the Fetch
/// standard): every call, with a key in a header. Cookies are not sent from other origins, and
/// answers never allow credentials.
final class CrossOrigin {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

  private static final String HEADERS =
      "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, Repr-Digest,"
          + " Inference-Header-Content-Length, Slipway-Deadline-Ms, Slipway-Routing-Key,"
          + " traceparent, tracestate, Upload-Offset, X-API-Key, X-Request-Id";

  /// What scripts may read of an answer, besides what they always may.
  private static final String SHOWN =
      "Allow, Content-Location, ETag, Inference-Header-Content-Length, Location,"
          + " Preference-Applied, Repr-Digest, Retry-After, Server-Timing, Slipway-Model-Digest,"
          + " Slipway-Model-Version, Slipway-Prediction-Id, WWW-Authenticate";

  /// How long a browser may remember it, in seconds.
  private static final String REMEMBERED = "600";

  private final Set<String> origins;

  /// @param origins in lower case
  CrossOrigin(Set<String> origins) {
    this.origins = origins;
  }

  /// Whether `origin` is one of the configured.
  boolean lists(@Nullable String origin) {
    return origin != null && origins.contains(origin.toLowerCase(Locale.ROOT));
  }

  /// Marks the answer to a page of a configured origin, and answers the question that its browser
  /// asks before a call.
  ///
  /// @return whether it was that question, which is now answered
  boolean answered(RoutingContext rc) {
    if (origins.isEmpty()) {
      return false;
    }
    HttpServerRequest request = rc.request();
    MultiMap headers = request.response().headers();
    headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !lists(origin)) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    if (request.method() != HttpMethod.OPTIONS
        || request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) == null) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    request.response().setStatusCode(204).end();
    return true;
  }
}
