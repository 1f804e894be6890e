package io.slipway.security.gate;

import io.slipway.security.AccessConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Protection against foreign web pages: they cannot make changes, and a foreign DNS name for this
/// machine gives no access.
@Singleton
final class Origins {
  private static final CharSequence FETCH_SITE = HttpHeaders.createOptimized("sec-fetch-site");

  private final Set<String> hosts;
  private final CrossOrigin listed;

  @Inject
  Origins(AccessConfig config) {
    this.hosts = lower(config.hosts().orElse(List.of()));
    this.listed = new CrossOrigin(lower(config.origins().orElse(List.of())));
  }

  private static Set<String> lower(List<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Whether `request` makes no change, or was not sent by a foreign page.
  boolean harmless(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
      return true;
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    String site = request.getHeader(FETCH_SITE);
    if (origin == null && site == null) {
      return true;
    }
    if (listed.lists(origin)) {
      return true;
    }
    return (site == null || site.equals("same-origin") || site.equals("none"))
        && (origin == null || same(origin, request));
  }

  /// As [CrossOrigin#answered].
  boolean answered(RoutingContext rc) {
    return listed.answered(rc);
  }

  /// Whether a browser says that a page of this service has sent it.
  boolean own(HttpServerRequest request) {
    return harmless(request)
        && (request.getHeader(HttpHeaders.ORIGIN) != null || request.getHeader(FETCH_SITE) != null);
  }

  /// Whether `origin` is where the browser has sent `request`: by its `Host`, or by what a proxy
  /// has forwarded of it, which may lack the port.
  private static boolean same(String origin, HttpServerRequest request) {
    int scheme = origin.indexOf("://");
    if (scheme <= 0) {
      return false;
    }
    String place = origin.substring(scheme + 3);
    HostAndPort authority = request.authority();
    return place.equalsIgnoreCase(request.getHeader(HttpHeaders.HOST))
        || authority != null && place.equalsIgnoreCase(authority.toString());
  }

  /// Whether the `Host` header names this machine, which is false where a foreign DNS name leads
  /// here. Requests other than GET without `Origin` are not from browsers, which always send it;
  /// for programs the check is unnecessary.
  boolean meant(HttpServerRequest request) {
    if (fromNoBrowser(request)) {
      return request.getHeader(HttpHeaders.HOST) != null || request.authority() != null;
    }
    HostAndPort authority = request.authority();
    return authority != null && meant(authority.host());
  }

  private static boolean fromNoBrowser(HttpServerRequest request) {
    HttpMethod method = request.method();
    return method != HttpMethod.GET
        && method != HttpMethod.HEAD
        && request.getHeader(HttpHeaders.ORIGIN) == null
        && request.getHeader(FETCH_SITE) == null;
  }

  private boolean meant(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.equals("::1")
        || numeric127(name)
        || hosts.contains(name);
  }

  /// Whether it is `127.x.y.z` in digits, which does not come from DNS.
  private static boolean numeric127(String name) {
    if (!name.startsWith("127.")) {
      return false;
    }
    int dots = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      dots += c == '.' ? 1 : 0;
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return dots == 3;
  }
}
