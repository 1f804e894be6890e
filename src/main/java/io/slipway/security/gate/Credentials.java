package io.slipway.security.gate;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Extracts the credential of a request: `Authorization: Bearer <key>`, the password of Basic (with
/// any user name), or `X-API-Key`.
final class Credentials {
  private static final CharSequence API_KEY = HttpHeaders.createOptimized("x-api-key");
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private Credentials() {}

  /// The credential; null where there is none, empty where the header has another form.
  static @Nullable String of(HttpServerRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization == null) {
      return request.getHeader(API_KEY);
    }
    if (is(authorization, BEARER)) {
      return authorization.substring(BEARER.length()).strip();
    }
    return is(authorization, BASIC) ? password(authorization.substring(BASIC.length())) : "";
  }

  private static boolean is(String authorization, String scheme) {
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  private static String password(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
