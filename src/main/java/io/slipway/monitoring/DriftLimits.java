package io.slipway.monitoring;

import java.time.Duration;

/// What counts as drift, and how many false alarms are acceptable.
///
/// @param warning the shift above which there is a warning, as a population stability index
/// @param drift the shift above which there is drift
/// @param falseAlarms the probability of a false alarm in a window of a model
record DriftLimits(double warning, double drift, double falseAlarms) {
  /// More is never accepted, however few windows there are.
  private static final double MOST = 0.01;

  private static final Duration MONTH = Duration.ofDays(30);

  static DriftLimits of(MonitoringConfig config) {
    double windows = Math.max(1, (double) MONTH.toMillis() / config.window().toMillis());
    return new DriftLimits(
        config.warning(), config.drift(), Math.min(MOST, config.falseAlarms() / windows));
  }
}
