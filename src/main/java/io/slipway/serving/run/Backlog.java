package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The estimated work queued in one lane, in nanoseconds of worker time, and an estimate of how
/// long it takes. That depends on the load of the machine and is learned from actual waits.
/// Lock-free: a lost update of the learned factor does no harm.
final class Backlog {
  /// Shorter waits measure the clock rather than the lane, and are not learned from.
  private static final long WORTH_LEARNING = 1_000_000;

  private static final double WEIGHT = 1.0 / 32;
  private static final double LEAST = 0.25;
  private static final double MOST = 16;

  private final int width;
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();

  /// The ratio of actual waits to the work before them divided by the number of workers.
  private volatile double stretch = 1;

  /// @param width the number of workers that share the work
  Backlog(int width) {
    this.width = width;
  }

  /// The estimated wait of a call that arrives now, in nanoseconds; 0 while a worker is free.
  long foretold() {
    return calls.get() < width ? 0 : (long) (stretch * nanos.get() / width);
  }

  /// Adds a call with the estimated `cost`.
  void add(long cost) {
    calls.incrementAndGet();
    nanos.addAndGet(cost);
  }

  /// Removes a call with the estimated `cost`: it is done, or dropped.
  void done(long cost) {
    calls.decrementAndGet();
    nanos.addAndGet(-cost);
  }

  /// Learns from a call that waited for `actual` nanoseconds.
  ///
  /// @param foretold the value of [#foretold] when it arrived
  void waited(long foretold, long actual) {
    if (foretold > WORTH_LEARNING) {
      double now = stretch;
      double wanted = Math.clamp(now * actual / foretold, LEAST, MOST);
      stretch = now + (wanted - now) * WEIGHT;
    }
  }
}
