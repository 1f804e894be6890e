package io.slipway.security.gate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/// Counts refused requests by reason.
@Singleton
final class AccessMetrics {
  private static final String REFUSED = "/_refused";

  private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);

  @Inject
  AccessMetrics(MeterRegistry meters) {
    for (Failure failure : Failure.values()) {
      failures.put(
          failure,
          Counter.builder("slipway.auth.failures")
              .description("Requests refused by access control")
              .tag("reason", failure.label())
              .register(meters));
    }
  }

  /// Excludes the path of a request that no door sees, which anyone can choose, from the HTTP
  /// metrics, whose number of labels is limited.
  void unrouted(RoutingContext rc) {
    HttpRequestMetric metric = HttpRequestMetric.getRequestMetric(rc);
    if (metric != null) {
      metric.setTemplatePath(REFUSED);
    }
  }

  /// Counts a request refused for `failure`; see [#unrouted].
  void failed(RoutingContext rc, Failure failure) {
    unrouted(rc);
    Counter counter = failures.get(failure);
    if (counter != null) {
      counter.increment();
    }
  }
}
