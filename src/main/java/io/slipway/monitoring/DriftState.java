package io.slipway.monitoring;

import java.util.Locale;

/// What a window says about a property.
enum DriftState {
  /// Too few objects: drift can be neither shown nor excluded.
  INSUFFICIENT(-1),
  NONE(0),
  /// It has shifted by more than the limit for a warning.
  WARNING(1),
  /// It has shifted by more than the limit for drift.
  DRIFT(2);

  private final int gauge;

  DriftState(int gauge) {
    this.gauge = gauge;
  }

  /// Its value in the metrics.
  int gauge() {
    return gauge;
  }

  boolean alarms() {
    return this == WARNING || this == DRIFT;
  }

  /// Its name in the API.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static DriftState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
