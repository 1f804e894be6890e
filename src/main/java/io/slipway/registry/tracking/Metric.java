package io.slipway.registry.tracking;

import org.jspecify.annotations.Nullable;

/// One value of a metric.
///
/// @param value may be NaN; infinite values are stored as the largest finite ones, as MLflow does
/// @param model the id of the logged model that it measures
/// @param run the id of the run that has logged it; null where the run is known
public record Metric(
    String key,
    double value,
    long timeMs,
    long step,
    @Nullable String model,
    @Nullable String datasetName,
    @Nullable String datasetDigest,
    @Nullable String run) {

  public Metric {
    value = Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /// A metric of a run.
  static Metric of(String key, double value, long timeMs, long step) {
    return new Metric(key, value, timeMs, step, null, null, null, null);
  }
}
