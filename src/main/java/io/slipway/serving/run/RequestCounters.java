package io.slipway.serving.run;

import io.micrometer.core.instrument.Counter;
import io.slipway.serving.RequestEnd;

/// The counters `slipway_predict_requests_total` of one version and stage, looked up once.
public final class RequestCounters {
  private final Counter[] byEnd;

  /// @param byEnd one counter per [RequestEnd], in the order of the enum
  RequestCounters(Counter[] byEnd) {
    this.byEnd = byEnd.clone();
  }

  public void count(RequestEnd end) {
    byEnd[end.ordinal()].increment();
  }
}
