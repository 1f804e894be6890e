package io.slipway.monitoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.slipway.serving.VersionId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The metrics of drift: the states of the versions that a stage points to, as of the last closed
/// window. The numbers behind them are in the API only, as they would be too many series.
@Singleton
final class DriftGauges {
  private final MultiGauge states;
  private final MultiGauge rows;

  DriftGauges(MeterRegistry registry) {
    states =
        MultiGauge.builder("slipway.drift.state")
            .description("0 none, 1 warning, 2 drift, -1 not enough data")
            .register(registry);
    rows =
        MultiGauge.builder("slipway.drift.window.rows")
            .description("Objects in the last closed window")
            .register(registry);
  }

  /// Replaces all rows.
  void show(Map<VersionId, DriftMemory> found) {
    List<MultiGauge.Row<?>> all = new ArrayList<>();
    List<MultiGauge.Row<?>> sizes = new ArrayList<>();
    found.forEach(
        (id, memory) -> {
          Tags tags = Tags.of("model", id.model(), "version", Integer.toString(id.number()));
          sizes.add(MultiGauge.Row.of(tags, memory.rows()));
          memory
              .properties()
              .forEach(
                  (key, property) ->
                      all.add(MultiGauge.Row.of(tags.and("field", key), property.state().gauge())));
        });
    states.register(all, true);
    rows.register(sizes, true);
  }
}
