package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The work that one lane has before it, in nanoseconds of a worker, as it is foretold; and how
/// long it will take, which depends on what else the machine does and is learned from how long
/// calls have waited. Lock-free; a wait that is not learned from is no loss.
final class Backlog {
  /// What is shorter tells of the clock more than of the lane.
  private static final long WORTH_LEARNING = 1_000_000;

  private static final double WEIGHT = 1.0 / 32;
  private static final double LEAST = 0.25;
  private static final double MOST = 16;

  private final int width;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();

  /// How many times as long calls wait as the work before them would take `width` workers.
  private volatile double stretch = 1;

  /// @param width how many workers share the work
  Backlog(int width) {
    this.width = width;
  }

  /// How long a call that comes now waits, in nanoseconds; 0 while a worker is free.
  long foretold() {
    return calls.get() < width ? 0 : (long) (stretch * nanos.get() / width);
  }

  /// There is one call of `cost` more to do.
  void add(long cost) {
    calls.incrementAndGet();
    nanos.addAndGet(cost);
  }

  /// A call that was added as `cost` is done, or need not be done.
  void done(long cost) {
    calls.decrementAndGet();
    nanos.addAndGet(-cost);
  }

  /// Learns from a call that waited for `actual` nanoseconds.
  ///
  /// @param foretold what [#foretold] was when it came
  void waited(long foretold, long actual) {
    if (foretold > WORTH_LEARNING) {
      double now = stretch;
      double wanted = Math.clamp(now * actual / foretold, LEAST, MOST);
      stretch = now + (wanted - now) * WEIGHT;
    }
  }
}
