package io.slipway.ops;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the requests that are on, so that the process can wait for them before it ends. The
/// streams of events are left out, as they end only with the process.
@Singleton
final class InFlight {
  private static final String EVENTS = "/api/v1/events";

  /// Before everything else.
  private static final int PRIORITY = 10_000;

  private final AtomicInteger requests = new AtomicInteger();

  void register(@Observes Filters filters) {
    filters.register(this::count, PRIORITY);
  }

  private void count(RoutingContext rc) {
    if (!EVENTS.equals(rc.request().path())) {
      requests.incrementAndGet();
      rc.addEndHandler(_ -> requests.decrementAndGet());
    }
    rc.next();
  }

  /// How many requests are on.
  int requests() {
    return requests.get();
  }
}
