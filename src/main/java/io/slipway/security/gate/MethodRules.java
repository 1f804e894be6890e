package io.slipway.security.gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.SecurityHandlerPriorities;
import io.slipway.security.AccessConfig;
import io.slipway.security.Keyring;
import io.slipway.security.gate.Answers.Kind;
import io.slipway.security.gate.RouteTable.Match;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;

/// The method rules of RFC 9110 for every route of the [RouteTable]: `HEAD` is allowed where `GET`
/// is, `OPTIONS` lists the methods of a path, a method that the path does not have gets 405 with
/// `Allow`, and an unknown method gets 501.
@Singleton
final class MethodRules {
  /// After the short path of predictions, whose method is already known to be right.
  private static final int PRIORITY = SecurityHandlerPriorities.AUTHENTICATION + 40;

  private static final int BAD_REQUEST = 400;
  private static final String ALL = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

  /// Those of RFC 9110, `PATCH`, and `QUERY`, which no path has.
  private static final Set<HttpMethod> KNOWN =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.CONNECT,
          HttpMethod.valueOf("QUERY"));

  private final Keyring ring;
  private final AccessMetrics metrics;
  private final RouteTable table;

  @Inject
  MethodRules(Keyring ring, AccessMetrics metrics, AccessConfig config) {
    this.ring = ring;
    this.metrics = metrics;
    this.table = Routes.table(config.openMetrics());
  }

  void register(@Observes Filters filters) {
    filters.register(this::judge, PRIORITY);
  }

  /// Answers requests that the router itself could not parse.
  void unreadable(@Observes Router router) {
    router.route().failureHandler(this::unreadable);
  }

  private void unreadable(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    if (rc.response().ended() || rc.response().headWritten()) {
      rc.next();
    } else if (rc.statusCode() == BAD_REQUEST) {
      metrics.failed(rc, Failure.PATH);
      Answers.refuse(request, Kind.MALFORMED, "the path or the query is no percent-encoded UTF-8");
    } else if (request.method().equals(HttpMethod.OPTIONS) && "*".equals(request.path())) {
      metrics.unrouted(rc);
      Answers.options(request, ALL);
    } else {
      rc.next();
    }
  }

  /// Applies the rules while access is open; otherwise the gate has applied them.
  private void judge(RoutingContext rc) {
    if (ring.open()) {
      Match match = table.find(rc.normalizedPath());
      if (match != null && match.need(rc.request().method().name()) == null) {
        settle(rc, match);
        return;
      }
    }
    rc.next();
  }

  /// Whether `method` is a known method.
  static boolean knows(HttpMethod method) {
    return KNOWN.contains(method);
  }

  /// Answers an unknown method.
  void unknown(RoutingContext rc) {
    metrics.failed(rc, Failure.UNLISTED);
    Answers.refuse(rc.request(), Kind.NOT_IMPLEMENTED, "this server knows no such method: " + ALL);
  }

  /// Answers a request whose path exists without its method.
  void settle(RoutingContext rc, Match match) {
    HttpServerRequest request = rc.request();
    String allowed = match.allowed();
    if (request.method().equals(HttpMethod.OPTIONS)) {
      metrics.unrouted(rc);
      Answers.options(request, allowed);
      return;
    }
    metrics.failed(rc, Failure.UNLISTED);
    request.response().putHeader(HttpHeaders.ALLOW, allowed);
    Answers.refuse(
        request,
        Kind.METHOD_NOT_ALLOWED,
        request.method() + " is not allowed here; use " + allowed);
  }
}
