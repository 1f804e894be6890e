package io.slipway.serving.run;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One gauge with a row for each of many sets of tags, in groups that are replaced one by one. Only
/// added or removed rows touch the meter registry, which is slow to change: with a hundred models,
/// registering all rows anew at each swap would delay requests. Guarded by its owner; read by
/// scrapes.
final class GaugeRows {
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private final @Nullable String unit;
  private final Map<String, Map<Tags, Row>> groups = new HashMap<>();

  GaugeRows(MeterRegistry registry, String name, String description, @Nullable String unit) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.unit = unit;
  }

  private static final class Row {
    private final Gauge gauge;
    private volatile double value;

    Row(GaugeRows of, Tags tags) {
      gauge =
          Gauge.builder(of.name, () -> value)
              .description(of.description)
              .baseUnit(of.unit)
              .tags(tags)
              .register(of.registry);
    }
  }

  /// Whether `group` has rows.
  boolean shows(String group) {
    return groups.containsKey(group);
  }

  /// The number of groups with rows.
  int groups() {
    return groups.size();
  }

  /// Replaces the rows of `group` by `values`. A set of tags belongs to one group.
  void show(String group, Map<Tags, Double> values) {
    Map<Tags, Row> rows = groups.computeIfAbsent(group, _ -> new HashMap<>());
    Iterator<Map.Entry<Tags, Row>> shown = rows.entrySet().iterator();
    while (shown.hasNext()) {
      Map.Entry<Tags, Row> row = shown.next();
      if (!values.containsKey(row.getKey())) {
        registry.remove(row.getValue().gauge);
        shown.remove();
      }
    }
    values.forEach(
        (tags, value) -> rows.computeIfAbsent(tags, key -> new Row(this, key)).value = value);
    if (rows.isEmpty()) {
      groups.remove(group);
    }
  }
}
