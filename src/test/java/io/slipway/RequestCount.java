package io.slipway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What `slipway_predict_requests_total` says.
public final class RequestCount {
  private RequestCount() {}

  /// How many requests with these labels have ended.
  public static double of(
      MeterRegistry meters, String model, String version, String stage, String outcome) {
    return meters
        .find("slipway.predict.requests")
        .tags("model", model, "version", version, "stage", stage, "outcome", outcome)
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
