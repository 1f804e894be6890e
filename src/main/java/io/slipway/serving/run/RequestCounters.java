package io.slipway.serving.run;

import io.micrometer.core.instrument.Counter;
import io.slipway.serving.RequestEnd;

/// `slipway_predict_requests_total` of one version by one way, resolved once.
public final class RequestCounters {
  private final Counter[] byEnd;

  /// @param byEnd one for each [RequestEnd], in their order
  RequestCounters(Counter[] byEnd) {
    this.byEnd = byEnd.clone();
  }

  public void count(RequestEnd end) {
    byEnd[end.ordinal()].increment();
  }
}
