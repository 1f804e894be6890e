package io.slipway.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a window has found, as the next one needs it. Immutable; as JSON it is stored with the
/// window.
///
/// @param state of the version
/// @param stratum whose counts were judged
/// @param rows that were counted
/// @param evidence what has gathered over windows for a slow change of any property
/// @param properties by [Shift#key]
record DriftMemory(
    DriftState state,
    Stratum stratum,
    long rows,
    double evidence,
    Map<String, Property> properties) {
  /// Nothing is known yet.
  static final DriftMemory NONE =
      new DriftMemory(DriftState.INSUFFICIENT, Stratum.CALLS, 0, 1, Map.of());

  /// The quiet windows that are remembered: two days of hours.
  private static final int MOST_RATIOS = 48;

  /// Fewer quiet windows say nothing about over-dispersion.
  private static final int LEAST_RATIOS = 8;

  private static final double MOST_INFLATION = 4;

  /// What is known of one property.
  ///
  /// @param calm the windows in a row without any sign, after an alarm
  /// @param evidence what has gathered for a slow change
  /// @param inflation the over-dispersion with which the window was judged
  /// @param ratios [Shift#ratio] of the last quiet windows, oldest first
  record Property(
      DriftState state, int calm, double evidence, double inflation, List<Double> ratios) {
    static final Property NEW = new Property(DriftState.NONE, 0, 1, 1, List.of());

    /// How much more the last quiet windows varied than by chance, such as between night and day.
    double inflationNow() {
      if (ratios.size() < LEAST_RATIOS) {
        return 1;
      }
      double mean = ratios.stream().mapToDouble(Double::doubleValue).average().orElse(1);
      return Math.clamp(mean, 1, MOST_INFLATION);
    }

    /// The ratios with a further one.
    List<Double> with(double ratio) {
      List<Double> all = new ArrayList<>(ratios);
      all.add(ratio);
      return List.copyOf(all.subList(Math.max(0, all.size() - MOST_RATIOS), all.size()));
    }
  }

  Property property(String key) {
    return properties.getOrDefault(key, Property.NEW);
  }

  /// Only what is known of over-dispersion, to judge any range for itself.
  DriftMemory withoutAlarms() {
    Map<String, Property> quiet = new HashMap<>();
    properties.forEach(
        (key, known) ->
            quiet.put(key, new Property(DriftState.NONE, 0, 1, known.inflation(), known.ratios())));
    return new DriftMemory(DriftState.INSUFFICIENT, stratum, 0, 1, quiet);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("state", state.word()).put("stratum", stratum.word());
    json.put("rows", rows).put("evidence", evidence);
    ObjectNode all = json.putObject("properties");
    properties.forEach(
        (key, property) -> {
          ObjectNode one = all.putObject(key);
          one.put("state", property.state().word()).put("calm", property.calm());
          one.put("evidence", property.evidence()).put("inflation", property.inflation());
          ArrayNode ratios = one.putArray("ratios");
          property.ratios().forEach(ratios::add);
        });
    return json;
  }

  static DriftMemory of(JsonNode json) {
    Map<String, Property> properties = new HashMap<>();
    for (var each : json.path("properties").properties()) {
      JsonNode one = each.getValue();
      List<Double> ratios = new ArrayList<>();
      one.path("ratios").forEach(ratio -> ratios.add(ratio.asDouble()));
      properties.put(
          each.getKey(),
          new Property(
              DriftState.of(one.path("state").asText()),
              one.path("calm").asInt(),
              one.path("evidence").asDouble(),
              one.path("inflation").asDouble(),
              List.copyOf(ratios)));
    }
    return new DriftMemory(
        DriftState.of(json.path("state").asText()),
        json.path("stratum").asText().equals(Stratum.BATCHES.word())
            ? Stratum.BATCHES
            : Stratum.CALLS,
        json.path("rows").asLong(),
        json.path("evidence").asDouble(),
        Map.copyOf(properties));
  }
}
