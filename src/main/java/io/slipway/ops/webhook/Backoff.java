package io.slipway.ops.webhook;

import java.time.Duration;

/// The wait after a failed try: doubled with each consecutive failure, with half of it random, so
/// that targets that failed together are not retried together.
///
/// @param first the longest wait after the first failure
/// @param most the longest wait after any
record Backoff(Duration first, Duration most) {
  static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));

  private static final int MANY = 30;

  /// @param before the number of consecutive failures before this one
  /// @param chance random, from 0 to 1
  Duration after(int before, double chance) {
    double full = Math.min(most.toMillis(), first.toMillis() * Math.pow(2, Math.min(before, MANY)));
    return Duration.ofMillis(Math.round(full * (1 + chance) / 2));
  }
}
