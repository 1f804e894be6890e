package io.slipway.manual;

import io.slipway.door.PathPrefix;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The routes `GET /docs` and below. Pages are rendered at the first request, on a worker thread.
@Singleton
final class ManualRoutes {
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private @Nullable Manual manual;

  void register(@Observes Router router) {
    router.get("/docs/*").method(HttpMethod.HEAD).blockingHandler(this::answer, false);
  }

  private synchronized Manual manual() {
    Manual loaded = manual;
    if (loaded == null) {
      loaded = Manual.load();
      manual = loaded;
    }
    return loaded;
  }

  private void answer(RoutingContext rc) {
    String url = rc.normalizedPath();
    Manual.Content content = manual().content().get(url);
    if (content == null && manual().content().containsKey(url + "/")) {
      redirect(rc, url + "/");
    } else if (content == null) {
      rc.next();
    } else {
      HttpServerResponse response = rc.response();
      response.putHeader(HttpHeaders.CONTENT_TYPE, content.type());
      response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
      response.putHeader("Content-Security-Policy", POLICY);
      response.putHeader("X-Content-Type-Options", "nosniff");
      response.putHeader("Referrer-Policy", "no-referrer");
      response.end(body(rc, content));
    }
  }

  private static Buffer body(RoutingContext rc, Manual.Content content) {
    return content.type().startsWith("text/html") && !PathPrefix.of(rc).isEmpty()
        ? Buffer.buffer(PathPrefix.page(rc, new String(content.body(), StandardCharsets.UTF_8)))
        : Buffer.buffer(content.body());
  }

  private static void redirect(RoutingContext rc, String url) {
    rc.response().setStatusCode(302).putHeader(HttpHeaders.LOCATION, url).end();
  }
}
