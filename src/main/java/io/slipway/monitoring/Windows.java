package io.slipway.monitoring;

import java.time.Duration;
import java.time.Instant;

/// The windows of time: each as long as the others, counted from 1970, so that all replicas have
/// the same.
record Windows(Duration length) {
  /// The end of the last window that is over at `now`.
  Instant lastEnd(Instant now) {
    return floor(now, length);
  }

  /// The latest multiple of `unit` since 1970 that is not after `now`.
  static Instant floor(Instant now, Duration unit) {
    long millis = unit.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), millis) * millis);
  }

  Instant begin(Instant end) {
    return end.minus(length);
  }

  /// Whether a window ends at `end`.
  boolean endsAt(Instant end) {
    return lastEnd(end).equals(end);
  }
}
