package io.slipway.security;

import java.util.concurrent.atomic.AtomicLong;

/// A rate limit with bursts (generic cell rate algorithm). Its state is one number: the time at
/// which all requests so far would have been due one by one. No lock, no thread, no queue.
public final class RateLimit {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private final long tolerance;
  private final AtomicLong due;

  /// @param rate requests per second
  /// @param burst requests at once
  /// @param now [System#nanoTime]
  public RateLimit(double rate, int burst, long now) {
    this.interval = Math.max(1, Math.round(SECOND / rate));
    this.tolerance = Math.multiplyExact(interval, burst - 1);
    this.due = new AtomicLong(now);
  }

  /// Counts one request, if it is allowed.
  ///
  /// @return 0 where it is allowed; otherwise the wait in nanoseconds
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
