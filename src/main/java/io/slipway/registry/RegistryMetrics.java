package io.slipway.registry;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The registry's own metrics. Models beyond [#MOST_MODELS] count as `_other`, so that a scrape
/// stays bounded.
@ApplicationScoped
class RegistryMetrics {
  private static final int MOST_MODELS = 200;
  private static final String OTHER = "_other";

  private final MeterRegistry meters;
  private final Set<String> models = ConcurrentHashMap.newKeySet();

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

  private String bounded(String model) {
    if (models.size() < MOST_MODELS) {
      models.add(model);
    }
    return models.contains(model) ? model : OTHER;
  }
}
