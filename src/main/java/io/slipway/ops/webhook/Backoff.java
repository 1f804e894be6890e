package io.slipway.ops.webhook;

import java.time.Duration;

/// How long to wait after a try that failed: doubled with every one in a row. The half of it is by
/// chance, so that those who failed together do not come back together.
///
/// @param first after the first failure, at most
/// @param most after any
record Backoff(Duration first, Duration most) {
  static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));

  private static final int MANY = 30;

  /// @param before failures in a row before this one
  /// @param chance from 0 to 1
  Duration after(int before, double chance) {
    double full = Math.min(most.toMillis(), first.toMillis() * Math.pow(2, Math.min(before, MANY)));
    return Duration.ofMillis(Math.round(full * (1 + chance) / 2));
  }
}
