package io.slipway.serving.run;

import java.util.concurrent.TimeUnit;

/// A clock for periodic checks, in nanoseconds, that advances by at most a second between two
/// readings. So a pause of the whole process makes nothing in it appear late. For one thread.
final class WatchClock {
  private static final long MOST = TimeUnit.SECONDS.toNanos(1);

  private long before;
  private long time;

  /// @param now [System#nanoTime]
  WatchClock(long now) {
    before = now;
  }

  /// @param now [System#nanoTime]
  long at(long now) {
    time += Math.min(now - before, MOST);
    before = now;
    return time;
  }
}
