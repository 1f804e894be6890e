package io.slipway.security.gate;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.slipway.security.AccessConfig;
import io.slipway.security.Denied;
import io.slipway.security.Identity;
import io.slipway.security.Keyholder;
import io.slipway.security.Keyring;
import io.slipway.security.Permission;
import io.slipway.security.Presented;
import io.slipway.security.gate.Answers.Kind;
import io.slipway.security.gate.RouteTable.Match;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Access control for every request, before any door handles it, on the request's event loop:
/// checks the `Host` and origin of browsers, the credential, its rate limit, and the permission. It
/// never blocks; an accepted request costs a look-up and a hash.
@Singleton
final class Gate {
  /// After counting open requests, before all handlers that answer.
  private static final int PRIORITY = 9_000;

  private final Keyring ring;
  private final Sessions sessions;
  private final AccessMetrics metrics;
  private final RouteTable table;
  private final MethodRules methods;
  private final Origins origins;
  private final Strikes strikes;
  private final Tokens tokens;
  private final Certificates certificates;
  private final OperatorsPort operators;
  private final boolean openToAnyone;

  @Inject
  Gate(
      Keyring ring,
      Sessions sessions,
      AccessMetrics metrics,
      AccessConfig config,
      MethodRules methods,
      Strikes strikes,
      Origins origins,
      Tokens tokens,
      Certificates certificates,
      OperatorsPort operators) {
    this.ring = ring;
    this.sessions = sessions;
    this.metrics = metrics;
    this.table = Routes.table(config.openMetrics());
    this.methods = methods;
    this.origins = origins;
    this.strikes = strikes;
    this.tokens = tokens;
    this.certificates = certificates;
    this.operators = operators;
    this.openToAnyone = config.openToAnyone();
  }

  void register(@Observes Filters filters) {
    filters.register(this::judge, PRIORITY);
  }

  private void judge(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    if (request.method() == HttpMethod.GET) {
      PageHeaders.on(rc);
    }
    if (!MethodRules.knows(request.method())) {
      methods.unknown(rc);
      return;
    }
    if (operators.is(request)) {
      if (operators.has(request)) {
        rc.next();
      } else {
        refuse(rc, Failure.UNLISTED, Kind.NOT_FOUND, "this port serves health and metrics only");
      }
      return;
    }
    if (origins.answered(rc)) {
      metrics.unrouted(rc);
      return;
    }
    if (!origins.harmless(request)) {
      refuse(rc, Failure.ORIGIN, Kind.FORBIDDEN, "pages of other origins may not make changes");
    } else if (!ring.open()) {
      identify(rc);
    } else if (openToAnyone || origins.meant(request)) {
      rc.next();
    } else {
      refuse(
          rc,
          Failure.HOST,
          Kind.FORBIDDEN,
          "Host does not name this machine: use localhost, or name it in slipway.access.hosts");
    }
  }

  private void identify(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    String path = request.path();
    if (path == null || !path.equals(rc.normalizedPath()) || path.indexOf(';') >= 0) {
      refuse(rc, Failure.PATH, Kind.MALFORMED, "the path is not in its normal form");
      return;
    }
    Match match = table.find(path);
    Need need = match == null ? null : match.need(request.method().name());
    if (need != null && open(need.reach(), request)) {
      rc.next();
      return;
    }
    if (match != null && need == null && match.open()) {
      methods.settle(rc, match);
      return;
    }
    String key = Credentials.of(request);
    if (key != null && tokens.isOne(key)) {
      tokens.judge(rc, presented -> decide(rc, presented, match, need, false));
    } else if (key != null) {
      decide(rc, ring.present(key), match, need, false);
    } else {
      Identity connected = certificates.of(request);
      if (connected != null) {
        permit(rc, connected, match, need);
        return;
      }
      Cookie cookie = request.getCookie(SessionRoutes.COOKIE);
      if (cookie == null || !ofOwnPage(request)) {
        anonymous(rc, Failure.MISSING);
        return;
      }
      decide(rc, sessions.find(cookie.getValue()), match, need, true);
    }
  }

  private void decide(
      RoutingContext rc,
      Presented presented,
      @Nullable Match match,
      @Nullable Need need,
      boolean session) {
    switch (presented) {
      case Presented.Known(Keyholder holder) -> {
        long wait = holder.take();
        if (wait > 0) {
          metrics.failed(rc, Failure.RATE);
          Answers.later(rc.request(), holder.identity().name() + " exceeds its rate limit", wait);
        } else {
          permit(rc, holder.identity(), match, need);
        }
      }
      case Presented.Person(Identity person) -> permit(rc, person, match, need);
      case Presented.Rejected rejected -> reject(rc, rejected, session);
      case Presented.Token.WITHOUT_ROLE ->
          refuse(
              rc, Failure.FORBIDDEN, Kind.FORBIDDEN, "none of the token's groups has a role here");
      case Presented.Token.WITHOUT_ISSUER ->
          refuse(
              rc,
              Failure.ISSUER,
              Kind.UNAVAILABLE,
              "the issuer of tokens does not answer; use a key");
    }
  }

  private static boolean open(Reach reach, HttpServerRequest request) {
    return reach == Reach.OPEN || reach == Reach.OPEN_BUT_PAGES && !wantsPage(request);
  }

  /// Whether a browser says that a page of this service has sent the request: cookies are sent
  /// along with requests of any page, so a change by cookie requires this.
  private boolean ofOwnPage(HttpServerRequest request) {
    return request.method() == HttpMethod.GET
        || request.method() == HttpMethod.HEAD
        || origins.own(request);
  }

  private void permit(
      RoutingContext rc, Identity identity, @Nullable Match match, @Nullable Need need) {
    if (match == null) {
      refuse(rc, Failure.UNLISTED, Kind.NOT_FOUND, "no such path");
      return;
    }
    if (need == null) {
      methods.settle(rc, match);
      return;
    }
    Denied denied = denied(identity, need, match.model());
    if (denied != null) {
      refuse(rc, Failure.FORBIDDEN, Kind.FORBIDDEN, String.valueOf(denied.getMessage()));
      return;
    }
    Callers.note(rc, identity);
    rc.next();
  }

  private static @Nullable Denied denied(Identity identity, Need need, @Nullable String model) {
    Permission permission = need.permission();
    boolean may =
        switch (need.reach()) {
          case OPEN, OPEN_BUT_PAGES, KNOWN -> true;
          case MODEL -> model != null && identity.may(permission, model);
          case ALL_MODELS -> identity.may(permission);
          case SOME_MODELS, DOOR -> identity.permissions().contains(permission);
        };
    if (may) {
      return null;
    }
    return need.reach() == Reach.ALL_MODELS && identity.permissions().contains(permission)
        ? Denied.forSomeModels(identity)
        : Denied.of(identity, permission);
  }

  private void reject(RoutingContext rc, Presented.Rejected rejected, boolean session) {
    HttpServerRequest request = rc.request();
    if (session) {
      anonymous(rc, Failure.EXPIRED);
      return;
    }
    Failure failure =
        switch (rejected) {
          case UNKNOWN -> Failure.UNKNOWN;
          case EXPIRED -> Failure.EXPIRED;
        };
    long wait = strikes.strike(request);
    if (wait > 0) {
      metrics.failed(rc, Failure.THROTTLED);
      Answers.later(request, "too many wrong keys from this address", wait);
    } else {
      refuse(rc, failure, Kind.UNAUTHENTICATED, "this key or token is unknown, expired or revoked");
    }
  }

  private void anonymous(RoutingContext rc, Failure failure) {
    HttpServerRequest request = rc.request();
    metrics.failed(rc, failure);
    if (request.method() == HttpMethod.GET && wantsPage(request)) {
      request
          .response()
          .setStatusCode(303)
          .putHeader(
              HttpHeaders.LOCATION,
              SessionRoutes.SIGN_IN
                  + "?to="
                  + URLEncoder.encode(request.uri(), StandardCharsets.UTF_8))
          .end();
      return;
    }
    Answers.refuse(
        request,
        Kind.UNAUTHENTICATED,
        "a key is needed: Authorization: Bearer <key>, or Basic with the key as password");
  }

  private void refuse(RoutingContext rc, Failure failure, Kind kind, String detail) {
    metrics.failed(rc, failure);
    Answers.refuse(rc.request(), kind, detail);
  }

  private static boolean wantsPage(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("text/html");
  }
}
