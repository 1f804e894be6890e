package io.slipway.registry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The registry's own metrics. Models beyond [#MOST_MODELS] count as `_other`, so that a scrape
/// stays bounded.
@ApplicationScoped
class RegistryMetrics {
  private static final int MOST_MODELS = 200;
  private static final String OTHER = "_other";

  private final MeterRegistry meters;
  private final Map<String, AtomicLong> revisions = new ConcurrentHashMap<>();

  RegistryMetrics(MeterRegistry meters) {
    this.meters = meters;
    for (String result : new String[] {"created", "existing", "checked", "rejected", "failed"}) {
      meters.counter("slipway.uploads", "result", result);
    }
    meters.counter("slipway.upload.bytes");
    meters.counter("slipway.audit.entries");
    meters.counter("slipway.artifact.corrupt");
  }

  /// @param result `created`, `existing`, `checked` (a dry run), `rejected` (the bundle) or
  ///       `failed` (the request or the server)
  void uploaded(String result) {
    meters.counter("slipway.uploads", "result", result).increment();
  }

  void received(long bytes) {
    meters.counter("slipway.upload.bytes").increment(bytes);
  }

  /// @param result `passed`, `rejected` or `failed`
  void checked(String result) {
    meters.counter("slipway.bundle.checks", "result", result).increment();
  }

  void audited() {
    meters.counter("slipway.audit.entries").increment();
  }

  void corrupt() {
    meters.counter("slipway.artifact.corrupt").increment();
  }

  /// @param action `promote` or `rollback`
  void moved(String model, String stage, String action) {
    meters
        .counter("slipway.stage.changes", "model", bounded(model), "stage", stage, "action", action)
        .increment();
  }

  /// The revision that this process has seen of a model.
  void revision(String model, long revision) {
    AtomicLong value = revisions.get(bounded(model));
    if (value != null) {
      value.set(revision);
    }
  }

  private String bounded(String model) {
    if (revisions.containsKey(model)) {
      return model;
    }
    if (revisions.size() >= MOST_MODELS) {
      return OTHER;
    }
    revisions.computeIfAbsent(
        model,
        name -> {
          AtomicLong value = new AtomicLong();
          Gauge.builder("slipway.stage.revision", value, AtomicLong::doubleValue)
              .tag("model", name)
              .register(meters);
          return value;
        });
    return model;
  }
}
