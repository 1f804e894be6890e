package io.slipway.security;

import java.util.concurrent.atomic.AtomicLong;

/// So many a second, and so many at once: one number, the time at which all that came so far would
/// have been due one by one (the generic cell rate algorithm). No lock, no thread, no queue.
public final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private final long tolerance;
  private final AtomicLong due;

  /// @param rate a second
  /// @param burst at once
  /// @param now [System#nanoTime]
  public RateLimit(double rate, int burst, long now) {
    this.interval = Math.max(1, Math.round(SECOND / rate));
    this.tolerance = Math.multiplyExact(interval, burst - 1);
    this.due = new AtomicLong(now);
  }

  /// Takes one, where it is there.
  ///
  /// @return 0 where it was taken, else in how many nanoseconds there will be one
  public long take(long now) {
    while (true) {
      long seen = due.get();
      long start = seen - now > 0 ? seen : now;
      long early = start - now - tolerance;
      if (early > 0) {
        return early;
      }
      if (due.compareAndSet(seen, start + interval)) {
        return 0;
      }
    }
  }
}
