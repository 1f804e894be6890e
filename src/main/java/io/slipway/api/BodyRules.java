package io.slipway.api;

import io.slipway.door.BodyReader;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.NotSupportedException;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// The rules for the body of every call of the registry's API, checked before the call is matched:
/// no content encoding, and a `Content-Type`, if present, is exactly one media type.
public class BodyRules {
  private static final String API = "/api/";
  private static final int LONGEST = 255;

  /// `type/subtype;name=value`, of RFC 9110.
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "[ \\t]*T++/T++(?:[ \\t]*+;[ \\t]*+(?:T++=(?:T++|\"(?:[^\"\\\\]|\\\\.)*+\"))?+)*+[ \\t]*+"
              .replace("T", "[A-Za-z0-9!#$%&'*+.^_`|~-]"));

  @ServerRequestFilter(preMatching = true)
  public void require(HttpServerRequest request) {
    if (request.path() == null || !request.path().startsWith(API)) {
      return;
    }
    BodyReader.requirePlain(request);
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (types.size() > 1 || types.size() == 1 && !isMediaType(types.getFirst())) {
      throw new NotSupportedException();
    }
  }

  /// Whether `type` is one media type, and not a range.
  private static boolean isMediaType(String type) {
    int end = type.indexOf(';');
    return type.length() <= LONGEST
        && MEDIA_TYPE.matcher(type).matches()
        && (end < 0 ? type : type.substring(0, end)).indexOf('*') < 0;
  }
}
