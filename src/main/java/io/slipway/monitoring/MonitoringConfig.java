package io.slipway.monitoring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The configuration of monitoring.
@ConfigMapping(prefix = "slipway.monitoring")
public interface MonitoringConfig {
  /// Whether live objects are counted.
  @WithDefault("true")
  boolean enabled();

  /// How often the counts are written to the database; what a crash may lose. At least a second.
  @WithDefault("10s")
  Duration flush();

  /// The length of a window, whose counts are compared with the baseline. At least one flush.
  @WithDefault("1h")
  Duration window();

  /// How long counts and findings are kept.
  @WithDefault("90d")
  Duration keep();

  /// The false alarms per model and month that are acceptable.
  @WithDefault("1")
  double falseAlarms();

  /// The shift (population stability index) above which there is a warning.
  @WithDefault("0.02")
  double warning();

  /// The shift above which there is drift.
  @WithDefault("0.10")
  double drift();
}
