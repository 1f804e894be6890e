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

/// What RFC 9110 says of methods, for every door at this one place, by the [RouteTable]: `HEAD` is
/// there where `GET` is, `OPTIONS` names the methods of a path, one that a path does not have is
/// 405 with `Allow`, and one that nobody here knows is 501.
@Singleton
final class MethodRules {
  /// Behind the short way of most predictions, which have a method that is right.
  private static final int PRIORITY = SecurityHandlerPriorities.AUTHENTICATION + 40;

  private static final int BAD_REQUEST = 400;
  private static final String ALL = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

  /// Those of RFC 9110, and `PATCH`.
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
          HttpMethod.CONNECT);

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

  /// What the router itself has not understood is answered as by a door.
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

  /// While the service asks nobody who calls; else the gate has looked already.
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

  /// Whether `method` is one that may mean something here.
  static boolean knows(HttpMethod method) {
    return KNOWN.contains(method);
  }

  /// Answers a method that is nobody's.
  void unknown(RoutingContext rc) {
    metrics.failed(rc, Failure.UNLISTED);
    Answers.refuse(rc.request(), Kind.NOT_IMPLEMENTED, "this server knows no such method: " + ALL);
  }

  /// Answers a request whose path is there, and its method is not.
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
