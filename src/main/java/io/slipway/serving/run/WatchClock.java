package io.slipway.serving.run;

import java.util.concurrent.TimeUnit;

/// The time of somebody who looks again and again, in nanoseconds: as any clock's, but that it
/// moves by a second at most from one look to the next. While the whole process stands still,
/// nothing in it can be called late. For one thread.
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
