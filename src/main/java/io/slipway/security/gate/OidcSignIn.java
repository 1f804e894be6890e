package io.slipway.security.gate;

import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.slipway.door.PathPrefix;
import io.slipway.security.Identity;
import io.slipway.security.OidcConfig;
import io.slipway.security.Presented;
import io.slipway.security.gate.Answers.Kind;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
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

/// The sign-in of browsers with OpenID Connect: authorization code flow with PKCE, state and nonce,
/// all by Quarkus. Afterwards the browser has a session as with a key; the issuer's tokens are not
/// kept.
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
    router.get(OidcTenant.PATH).method(HttpMethod.HEAD).handler(this::visit);
  }

  private void visit(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    if (!tokens.configured()) {
      Answers.refuse(request, Kind.NOT_FOUND, "no OpenID Connect issuer is configured");
    } else if (request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
      Answers.refuse(request, Kind.MALFORMED, "this route is for browsers, without credentials");
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

  /// Redirects the browser to the issuer.
  private void leave(RoutingContext rc) {
    HttpServerResponse response = rc.response();
    // First, as the challenge may end the response.
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
        .setPath(PathPrefix.of(rc) + OidcTenant.PATH)
        .setSameSite(CookieSameSite.LAX)
        .setSecure("https".equals(rc.request().scheme()))
        .setMaxAge(seconds);
  }

  private void admit(RoutingContext rc, Identity person) {
    Cookie cookie = rc.request().getCookie(TO);
    // Read before the cookie is deleted.
    String to = SessionRoutes.local(cookie == null ? null : cookie.getValue());
    forget(rc);
    rc.response().addCookie(SessionRoutes.cookie(rc, sessions.begin(person), secondsAtMost));
    SessionRoutes.html(rc, 200, SignInPage.onward(to));
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
      refuse(rc, 503, "The issuer does not answer. Sign in with a key, or try again later.");
    } else {
      refuse(rc, 401, "The issuer refused the sign-in.");
    }
  }

  private void refuse(RoutingContext rc, int status, String why) {
    if (status != 503) {
      metrics.failed(rc, status == 403 ? Failure.FORBIDDEN : Failure.UNKNOWN);
    }
    forget(rc);
    // A user without a role here can sign in as someone else only after signing out of the issuer.
    String signOut = status == 403 ? issuer.signOut() : null;
    SessionRoutes.html(rc, status, SignInPage.html("/", why, true, signOut));
  }

  /// Deletes the cookies of the code flow, so that none of the issuer's tokens remains.
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
      // A browser deletes a cookie only with the path that it was set with.
      response.addCookie(to(rc, "", 0));
    }
  }
}
