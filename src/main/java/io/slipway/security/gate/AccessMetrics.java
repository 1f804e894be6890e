package io.slipway.security.gate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/// Counts who was not let in, by why.
@Singleton
final class AccessMetrics {
  private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);

  @Inject
  AccessMetrics(MeterRegistry meters) {
    for (Failure failure : Failure.values()) {
      failures.put(failure, meters.counter("slipway.auth.failures", "reason", failure.label()));
    }
  }

  void failed(Failure failure) {
    Counter counter = failures.get(failure);
    if (counter != null) {
      counter.increment();
    }
  }
}
