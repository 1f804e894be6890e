package io.slipway.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.console.LatencyPage.Row;
import io.slipway.console.LatencyPage.Violation;
import io.slipway.serving.VersionId;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Collects the figures of the latency page.
@Singleton
final class Latency {
  private static final int VIOLATIONS = 50;

  private final Trends trends;
  private final Sampler sampler;
  private final ServingTable table;
  private final MeterRegistry meters;

  @Inject
  Latency(Trends trends, Sampler sampler, ServingTable table, MeterRegistry meters) {
    this.trends = trends;
    this.sampler = sampler;
    this.table = table;
    this.meters = meters;
  }

  /// @param model the only model to show; null for all
  LatencyPage page(@Nullable String model) {
    Predicate<VersionId> which = version -> model == null || version.model().equals(model);
    Duration every = sampler.every();
    List<Row> rows = new ArrayList<>();
    for (VersionId version : trends.versions()) {
      if (which.test(version)) {
        rows.add(row(version));
      }
    }
    TreeSet<String> models = new TreeSet<>(table.models());
    if (model != null) {
      models.add(model);
    }
    return new LatencyPage(
        model,
        List.copyOf(models),
        every.multipliedBy(Trends.KEPT).toMinutes() + " min",
        Charts.of(trends.last(Trends.KEPT, which), every.toMillis() / 1000.0),
        rows,
        violations(model));
  }

  private Row row(VersionId version) {
    Tick all = trends.last(Trends.KEPT, version::equals).stream().reduce(Tick.NOTHING, Tick::plus);
    return Row.of(version.model(), version.number(), all);
  }

  private List<Violation> violations(@Nullable String model) {
    List<Violation> violations = new ArrayList<>();
    for (Counter counter : meters.find("slipway.input.violations").counters()) {
      Violation violation =
          new Violation(
              tag(counter, "model"),
              tag(counter, "version"),
              tag(counter, "field"),
              tag(counter, "rule"),
              (long) counter.count());
      if (violation.count() > 0 && (model == null || violation.model().equals(model))) {
        violations.add(violation);
      }
    }
    violations.sort(Comparator.comparingLong(Violation::count).reversed());
    return violations.subList(0, Math.min(VIOLATIONS, violations.size()));
  }

  private static String tag(Counter counter, String name) {
    return String.valueOf(counter.getId().getTag(name));
  }
}
