package io.slipway.security.gate;

import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.slipway.security.Identity;
import io.slipway.security.OidcConfig;
import io.slipway.security.Presented;
import io.slipway.security.gate.Answers.Kind;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a browser signs in where an issuer knows the person: it is sent there, and comes back with a
/// code (authorization code flow with PKCE, state and nonce, all of Quarkus). What it gets then is
/// a session as by a key; the issuer's tokens are not kept.
@Singleton
final class OidcSignIn {
  private static final String TO = "slipway_to";
  private static final int MINUTES_AWAY = 10;

  private final Tokens tokens;
  private final Sessions sessions;
  private final Issuer issuer;
  private final AccessMetrics metrics;
  private final Instance<HttpAuthenticator> authenticator;
  private final long secondsAtMost;

  @Inject
  OidcSignIn(
      Tokens tokens,
      Sessions sessions,
      Issuer issuer,
      AccessMetrics metrics,
      Instance<HttpAuthenticator> authenticator,
      OidcConfig config) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.issuer = issuer;
    this.metrics = metrics;
    this.authenticator = authenticator;
    this.secondsAtMost = config.sessionAtMost().toSeconds();
  }

  void register(@Observes Router router) {
    router.get(OidcTenant.PATH).handler(this::visit);
  }

  private void visit(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    if (!tokens.configured()) {
      Answers.refuse(request, Kind.NOT_FOUND, "there is no issuer of tokens");
    } else if (request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
      Answers.refuse(request, Kind.MALFORMED, "this is for browsers, which bring no token");
    } else {
      tokens.attempt(rc, identity -> arrived(rc, identity), failure -> failed(rc, failure));
    }
  }

  private void arrived(RoutingContext rc, @Nullable SecurityIdentity identity) {
    if (identity == null || identity.isAnonymous()) {
      leave(rc);
      return;
    }
    switch (tokens.presented(identity)) {
      case Presented.Person(Identity person) -> admit(rc, person);
      case Presented.Token token -> refuse(rc, 403, "None of your groups has a role here.");
      case Presented.OfKey key -> refuse(rc, 401, "The issuer did not say who you are.");
    }
  }

  /// Sends the browser to the issuer.
  private void leave(RoutingContext rc) {
    HttpServerResponse response = rc.response();
    // Before the rest: the challenge may end the response.
    response.addCookie(
        to(rc, SessionRoutes.local(rc.request().getParam("to")), MINUTES_AWAY * 60L));
    authenticator
        .get()
        .sendChallenge(rc)
        .subscribe()
        .with(
            _ -> {
              if (!response.ended()) {
                response.end();
              }
            },
            failure -> failed(rc, failure));
  }

  private static Cookie to(RoutingContext rc, String value, long seconds) {
    return Cookie.cookie(TO, value)
        .setHttpOnly(true)
        .setPath(OidcTenant.PATH)
        .setSameSite(CookieSameSite.LAX)
        .setSecure("https".equals(rc.request().scheme()))
        .setMaxAge(seconds);
  }

  private void admit(RoutingContext rc, Identity person) {
    Cookie cookie = rc.request().getCookie(TO);
    // Before the cookie is taken back, which empties it.
    String to = SessionRoutes.local(cookie == null ? null : cookie.getValue());
    forget(rc);
    rc.response()
        .addCookie(SessionRoutes.cookie(rc.request(), sessions.begin(person), secondsAtMost));
    SessionRoutes.html(rc.response(), 200, SignInPage.onward(to));
  }

  private void failed(RoutingContext rc, Throwable failure) {
    if (failure instanceof AuthenticationRedirectException away) {
      rc.response()
          .setStatusCode(away.getCode())
          .putHeader(HttpHeaders.LOCATION, away.getRedirectUri())
          .end();
    } else if (!(failure instanceof AuthenticationCompletionException)
        && Tokens.presented(failure) == Presented.Token.WITHOUT_ISSUER) {
      metrics.failed(rc, Failure.ISSUER);
      refuse(rc, 503, "The issuer does not answer. Sign in with a key, or later.");
    } else {
      refuse(rc, 401, "The issuer has not let you in.");
    }
  }

  private void refuse(RoutingContext rc, int status, String why) {
    if (status != 503) {
      metrics.failed(rc, status == 403 ? Failure.FORBIDDEN : Failure.UNKNOWN);
    }
    forget(rc);
    // Whom the issuer knows as somebody else can't sign in as another before it forgets them.
    String signOut = status == 403 ? issuer.signOut() : null;
    SessionRoutes.html(rc.response(), status, SignInPage.html("/", why, true, signOut));
  }

  /// Takes back what the way to the issuer and back has left: of the issuer's tokens nothing stays.
  private static void forget(RoutingContext rc) {
    HttpServerResponse response = rc.response();
    List<String> names =
        rc.request().cookies().stream()
            .map(Cookie::getName)
            .filter(name -> name.startsWith("q_session"))
            .distinct()
            .toList();
    for (String name : names) {
      response.removeCookies(name);
    }
    if (rc.request().getCookie(TO) != null) {
      // A browser forgets a cookie only by the path that it was given with.
      response.addCookie(to(rc, "", 0));
    }
  }
}
