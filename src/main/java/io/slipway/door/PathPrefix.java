package io.slipway.door;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The path below which a proxy publishes this service, such as `/slipway`: the proxy removes it
/// from each request, and names it in `X-Forwarded-Prefix`. Links, redirects and cookies then have
/// it. The header counts only where `slipway.gateway.forwarded-prefix` says that a proxy sets it.
@Singleton
public final class PathPrefix {
  static final String HEADER = "X-Forwarded-Prefix";

  private static final String KEY = PathPrefix.class.getName();

  /// Before the gate, whose redirects and pages have links.
  private static final int PRIORITY = 9_100;

  /// Plain segments: the prefix becomes a part of pages.
  private static final Pattern PLAIN =
      Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}");

  /// An attribute of a page whose value is a path of this service.
  private static final Pattern LINK =
      Pattern.compile(
          "((?:href|src|action|data-url|data-back|data-path)=\"|content=\"0;url=)/(?!/)");

  private final boolean trusted;

  @Inject
  PathPrefix(GatewayConfig config) {
    this.trusted = config.forwardedPrefix();
  }

  void register(@Observes Filters filters) {
    if (trusted) {
      filters.register(PathPrefix::note, PRIORITY);
    }
  }

  private static void note(RoutingContext rc) {
    String prefix = plain(rc.request().getHeader(HEADER));
    if (!prefix.isEmpty()) {
      rc.put(KEY, prefix);
      rc.addHeadersEndHandler(
          _ -> {
            relocate(rc.request(), HttpHeaders.LOCATION, prefix);
            relocate(rc.request(), HttpHeaders.CONTENT_LOCATION, prefix);
          });
    }
    rc.next();
  }

  /// `header` without a slash at its end; empty where it is no plain path.
  static String plain(@Nullable String header) {
    if (header == null) {
      return "";
    }
    String path = header.endsWith("/") ? header.substring(0, header.length() - 1) : header;
    return PLAIN.matcher(path).matches() ? path : "";
  }

  private static void relocate(HttpServerRequest request, CharSequence name, String prefix) {
    MultiMap headers = request.response().headers();
    String location = headers.get(name);
    if (location != null) {
      headers.set(name, below(prefix, location, request.scheme() + "://" + request.authority()));
    }
  }

  /// `location` below `prefix`, where it is a path or a URL of `root`.
  static String below(String prefix, String location, String root) {
    if (location.startsWith("/")) {
      return location.startsWith("//") ? location : prefix + location;
    }
    return location.startsWith(root + "/")
        ? root + prefix + location.substring(root.length())
        : location;
  }

  /// The prefix of a request, such as `/slipway`. Empty: the request has no prefix.
  public static String of(RoutingContext rc) {
    String prefix = rc.get(KEY);
    return prefix == null ? "" : prefix;
  }

  /// The page `html` with its links below the prefix, which its scripts find at `<html>`.
  public static String page(RoutingContext rc, String html) {
    String prefix = of(rc);
    return prefix.isEmpty() ? html : page(prefix, html);
  }

  static String page(String prefix, String html) {
    return LINK.matcher(html)
        .replaceAll("$1" + Matcher.quoteReplacement(prefix) + "/")
        .replaceFirst("<html ", Matcher.quoteReplacement("<html data-prefix=\"" + prefix + "\" "));
  }
}
