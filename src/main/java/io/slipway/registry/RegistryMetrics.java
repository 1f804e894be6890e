package io.slipway.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The metrics of the registry. Models beyond the first [#MOST_MODELS] count as `_other`, which
/// limits the size of a scrape.
@ApplicationScoped
class RegistryMetrics {
  private static final int MOST_MODELS = 200;
  private static final String OTHER = "_other";
  private static final List<String> ACTIONS = List.of("promote", "rollback");

  private final MeterRegistry meters;
  private final Counter received;
  private final Counter audited;
  private final Counter corrupt;
  private final Set<String> models = ConcurrentHashMap.newKeySet();
  private final Set<Moves> expected = ConcurrentHashMap.newKeySet();

  /// The labels of a stage's move counters, without the action.
  private record Moves(String model, String stage) {}

  RegistryMetrics(MeterRegistry meters) {
    this.meters = meters;
    for (String result : new String[] {"created", "existing", "checked", "rejected", "failed"}) {
      uploads(result);
    }
    received = counter("slipway.upload.bytes", "Bytes of bundles received").register(meters);
    audited = counter("slipway.audit.entries", "Committed entries of the history").register(meters);
    corrupt =
        counter("slipway.artifact.corrupt", "Reads of stored archives that were damaged or missing")
            .register(meters);
  }

  private static Counter.Builder counter(String name, String description) {
    return Counter.builder(name).description(description);
  }

  private Counter uploads(String result) {
    return counter("slipway.uploads", "Uploads of bundles, by result")
        .tag("result", result)
        .register(meters);
  }

  /// @param result `created`, `existing`, `checked` (a dry run), `rejected` (the bundle) or
  ///       `failed` (the request or the server)
  void uploaded(String result) {
    uploads(result).increment();
  }

  void received(long bytes) {
    received.increment(bytes);
  }

  /// @param result `passed`, `rejected` or `failed`
  void checked(String result) {
    counter("slipway.bundle.checks", "Checks of bundles before registration, by result")
        .tag("result", result)
        .register(meters)
        .increment();
  }

  void audited() {
    audited.increment();
  }

  void corrupt() {
    corrupt.increment();
  }

  /// Creates the counters of a stage's moves at 0, before the first move. Prometheus sees no
  /// increase in a counter that appears with the value 1.
  void expect(String model, String stage) {
    // Called for every stage at every change of the registry.
    if (expected.add(new Moves(bounded(model), stage))) {
      for (String action : ACTIONS) {
        moves(model, stage, action);
      }
    }
  }

  /// @param action `promote` or `rollback`
  void moved(String model, String stage, String action) {
    moves(model, stage, action).increment();
  }

  private Counter moves(String model, String stage, String action) {
    return counter("slipway.stage.changes", "Moves of stages")
        .tags("model", bounded(model), "stage", stage, "action", action)
        .register(meters);
  }

  private String bounded(String model) {
    if (models.size() < MOST_MODELS) {
      models.add(model);
    }
    return models.contains(model) ? model : OTHER;
  }
}
