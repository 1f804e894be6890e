package io.slipway.security.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bundle.StrictJson;
import io.slipway.door.BodyBudget;
import io.slipway.door.BodyReader;
import io.slipway.door.PathPrefix;
import io.slipway.security.Identity;
import io.slipway.security.Keyholder;
import io.slipway.security.Keyring;
import io.slipway.security.Permission;
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
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The routes for signing in with a key and signing out: `/sign-in` is the page, `/session` its
/// target. The browser keeps a random session token that expires, never the key.
@Singleton
final class SessionRoutes {
  static final String COOKIE = "slipway_session";
  static final String SIGN_IN = "/sign-in";

  /// The query parameter that says that the browser has just signed out.
  private static final String OUT = "out";

  private static final String SESSION = "/session";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int MOST_BYTES = 8 << 10;

  private final Keyring ring;
  private final Sessions sessions;
  private final Callers callers;
  private final Strikes strikes;
  private final AccessMetrics metrics;
  private final BodyBudget budget;
  private final Tokens tokens;
  private final Issuer issuer;

  @Inject
  SessionRoutes(
      Keyring ring,
      Sessions sessions,
      Callers callers,
      Strikes strikes,
      AccessMetrics metrics,
      BodyBudget budget,
      Tokens tokens,
      Issuer issuer) {
    this.ring = ring;
    this.sessions = sessions;
    this.callers = callers;
    this.strikes = strikes;
    this.metrics = metrics;
    this.budget = budget;
    this.tokens = tokens;
    this.issuer = issuer;
  }

  void register(@Observes Router router) {
    router.get(SIGN_IN).method(HttpMethod.HEAD).handler(this::page);
    router.get(SIGN_IN + ".css").method(HttpMethod.HEAD).handler(SessionRoutes::style);
    router.get(SESSION).method(HttpMethod.HEAD).handler(this::who);
    router.post(SESSION).handler(this::begin);
    router.delete(SESSION).handler(this::end);
  }

  /// @param to a path of this service; any other value means its root
  private record Entry(String key, String to, boolean form) {}

  private void page(RoutingContext rc) {
    String to = local(rc.request().getParam("to"));
    if (ring.open()) {
      rc.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, to).end();
    } else {
      boolean left = rc.request().getParam(OUT) != null;
      String signOut = left ? issuer.signOut() : null;
      html(rc, 200, SignInPage.html(to, null, tokens.configured(), signOut));
    }
  }

  private static void style(RoutingContext rc) {
    rc.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/css; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=3600")
        .end(SignInPage.STYLE);
  }

  /// Answers the name and the permissions of the signed-in user.
  private void who(RoutingContext rc) {
    Identity identity = callers.of(rc);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", identity.name());
    ArrayNode permissions = body.putArray("permissions");
    identity.permissions().stream().sorted().map(Permission::lower).forEach(permissions::add);
    ArrayNode models = body.putArray("models");
    identity.scope().models().forEach(models::add);
    rc.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toString());
  }

  private void begin(RoutingContext rc) {
    HttpServerRequest request = rc.request();
    new BodyReader(
            request,
            MOST_BYTES,
            budget,
            (body, taken) -> {
              budget.back(taken);
              Entry entry = entry(request, body);
              if (entry == null) {
                Answers.refuse(
                    request, Kind.MALFORMED, "expected {\"key\": \"…\"}, or the form's key=…");
              } else {
                admit(rc, entry);
              }
            },
            _ -> Answers.refuse(request, Kind.MALFORMED, "the body does not contain a key"))
        .read();
  }

  private void admit(RoutingContext rc, Entry entry) {
    HttpServerRequest request = rc.request();
    switch (ring.present(entry.key())) {
      case Presented.Known(Keyholder holder) -> {
        HttpServerResponse response = request.response();
        response.addCookie(cookie(rc, sessions.begin(holder), sessions.secondsAtMost()));
        if (entry.form()) {
          response.setStatusCode(303).putHeader(HttpHeaders.LOCATION, entry.to()).end();
        } else {
          response.setStatusCode(204).end();
        }
      }
      case Presented.Rejected rejected -> reject(rc, entry, rejected);
    }
  }

  private void reject(RoutingContext rc, Entry entry, Presented.Rejected rejected) {
    HttpServerRequest request = rc.request();
    long wait = strikes.strike(request);
    if (wait > 0) {
      metrics.failed(rc, Failure.THROTTLED);
      Answers.later(request, "too many wrong keys from this address", wait);
      return;
    }
    metrics.failed(rc, rejected == Presented.Rejected.EXPIRED ? Failure.EXPIRED : Failure.UNKNOWN);
    String why = "This key is unknown, expired or revoked.";
    if (entry.form()) {
      PageHeaders.put(request);
      html(rc, 401, SignInPage.html(entry.to(), why, tokens.configured(), null));
    } else {
      Answers.refuse(request, Kind.UNAUTHENTICATED, why);
    }
  }

  private void end(RoutingContext rc) {
    Cookie cookie = rc.request().getCookie(COOKIE);
    if (cookie != null) {
      sessions.end(cookie.getValue());
      rc.response().addCookie(cookie(rc, "", 0));
    }
    rc.response().setStatusCode(204).end();
  }

  /// The session cookie: sent to this service only, hidden from scripts, and with `Secure` where
  /// the browser came by TLS.
  static Cookie cookie(RoutingContext rc, String value, long seconds) {
    HttpServerRequest request = rc.request();
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return Cookie.cookie(COOKIE, value)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setPath(PathPrefix.of(rc) + "/")
        .setMaxAge(seconds)
        .setSecure(
            "https".equals(request.scheme()) || origin != null && origin.startsWith("https://"));
  }

  private static @Nullable Entry entry(HttpServerRequest request, byte[] body) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.startsWith(FORM)) {
      String text = new String(body, StandardCharsets.UTF_8);
      String key = field(text, "key");
      return key == null ? null : new Entry(key.strip(), local(field(text, "to")), true);
    }
    try {
      JsonNode key = StrictJson.read(body).path("key");
      return key.isTextual() ? new Entry(key.textValue(), "/", false) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable String field(String form, String name) {
    for (String pair : form.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).equals(name)) {
        try {
          return URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return null;
  }

  /// `to` where it is a path of this service, otherwise `/`.
  static String local(@Nullable String to) {
    if (to == null || !to.startsWith("/") || to.startsWith("//")) {
      return "/";
    }
    return to.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\') ? to : "/";
  }

  static void html(RoutingContext rc, int status, String page) {
    rc.response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .end(PathPrefix.page(rc, page));
  }
}
