package io.slipway.ops;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.slipway.serving.load.ServingState;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the open requests, so that the process can wait for them before it exits. Event streams
/// do not count, as they end only with the process. During shutdown, answers ask clients to use
/// another connection, so that no connection is closed during a request.
@Singleton
final class InFlight {
  private static final String EVENTS = "/api/v1/events";

  /// Before all other handlers.
  private static final int PRIORITY = 10_000;

  private final AtomicInteger requests = new AtomicInteger();

  private final ServingState serving;

  @Inject
  InFlight(ServingState serving) {
    this.serving = serving;
  }

  void register(@Observes Filters filters) {
    filters.register(this::count, PRIORITY);
  }

  private void count(RoutingContext rc) {
    if (!EVENTS.equals(rc.request().path())) {
      requests.incrementAndGet();
      rc.addEndHandler(_ -> requests.decrementAndGet());
    }
    if (serving.stopping() && rc.request().version() != HttpVersion.HTTP_2) {
      rc.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    rc.next();
  }

  /// The number of open requests.
  int requests() {
    return requests.get();
  }
}
