package io.slipway.serving.run;

import io.micrometer.core.instrument.Counter;
import io.slipway.serving.RequestEnd;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The counters `slipway_predict_requests_total` of one version and stage, looked up once.
///
/// Those of ends that alerts read exist from the start: a series that is born at 1 has not
/// increased. The others appear with their first request, as every series costs room in each
/// scrape.
public final class RequestCounters {
  private final Function<RequestEnd, Counter> register;

  /// One of each [RequestEnd], by its ordinal.
  private final AtomicReferenceArray<@Nullable Counter> byEnd;

  /// @param register registers the counter of an end, or returns the one that is there
  RequestCounters(Function<RequestEnd, Counter> register) {
    this.register = register;
    RequestEnd[] ends = RequestEnd.values();
    byEnd = new AtomicReferenceArray<>(ends.length);
    for (RequestEnd end : ends) {
      if (isInAlerts(end)) {
        byEnd.set(end.ordinal(), register.apply(end));
      }
    }
  }

  private static boolean isInAlerts(RequestEnd end) {
    return switch (end) {
      case OK, INVALID_INPUT, OVERLOADED, DEADLINE, NOT_READY, MODEL_ERROR, INTERNAL -> true;
      case MALFORMED, TOO_LARGE -> false;
    };
  }

  public void count(RequestEnd end) {
    Counter counter = byEnd.get(end.ordinal());
    if (counter == null) {
      counter = register.apply(end);
      byEnd.set(end.ordinal(), counter);
    }
    counter.increment();
  }
}
