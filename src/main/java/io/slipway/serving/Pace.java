package io.slipway.serving;

/// How long one object of a version takes, from the begin of the work to the written answer, as it
/// is seen in service; and what follows: whether the next call is so brief that it is served where
/// it arrives, on an event loop, which saves two changes of threads.
///
/// A moving estimate of the 95th percentile decides, with a band between coming and going. Calls
/// that are larger than usual are taken to last longer in proportion. Written by many threads
/// without a lock: a sample that gets lost is no loss.
final class Pace {
  /// The longest that one call may keep an event loop, in nanoseconds, as far as can be foretold.
  static final long BUDGET = 300_000;

  /// A version that was found slow must become this fast to come back.
  private static final long CALM = 200_000;

  /// A version that keeps the loop for longer than foretold so many times in a row leaves at once.
  private static final int MOST_SURPRISES = 8;

  /// One step of the estimate upwards, and the step downwards that makes it rest where one sample
  /// in twenty lies above.
  private static final double UP = 1.05;

  private static final double DOWN = Math.pow(UP, -0.05 / 0.95);

  private static final double WEIGHT_OF_SIZE = 1.0 / 64;
  private static final double WEIGHT_OF_CALL = 1.0 / 32;

  private double nanos;
  private double bytes;
  private int surprises;

  /// Means of what all calls took and of their sizes where these are known.
  private double meanNanos;

  private double meanBytes;
  private volatile boolean brief;

  /// @param nanos what one object takes, as far as is known before any call
  Pace(long nanos) {
    this.nanos = Math.max(1, nanos);
    brief = nanos > 0 && nanos < CALM;
  }

  /// What a call of `size` bytes will take, in nanoseconds; larger calls longer in proportion.
  ///
  /// @param size [Long#MAX_VALUE] where it is not known
  long expected(long size) {
    if (meanNanos == 0) {
      return (long) nanos;
    }
    return size == Long.MAX_VALUE || meanBytes == 0
        ? (long) meanNanos
        : (long) (meanNanos * size / meanBytes);
  }

  /// Learns from a call of `size` bytes, of any number of objects, that took `took` nanoseconds.
  void took(long size, long took) {
    meanNanos = meanNanos == 0 ? took : meanNanos + (took - meanNanos) * WEIGHT_OF_CALL;
    if (size != Long.MAX_VALUE) {
      meanBytes = meanBytes == 0 ? size : meanBytes + (size - meanBytes) * WEIGHT_OF_CALL;
    }
  }

  /// Whether a call of `size` bytes is not much larger than most; unknown sizes may be.
  boolean usual(long size) {
    return size != Long.MAX_VALUE && relative(size) <= 4;
  }

  /// Whether a call of `size` bytes can be served on an event loop.
  boolean brief(long size) {
    return brief && nanos * relative(size) <= BUDGET;
  }

  /// How much larger than usual a call of `size` bytes is; 1 where it isn't.
  private double relative(long size) {
    return bytes == 0 ? 1 : Math.max(1, size / bytes);
  }

  /// Learns from a call of one object of `size` bytes that took `took` nanoseconds.
  void served(long size, long took) {
    double usual = bytes;
    bytes = usual == 0 ? size : usual + (Math.min(size, 4 * usual) - usual) * WEIGHT_OF_SIZE;
    double sample = took / relative(size);
    nanos *= sample > nanos ? UP : DOWN;
    surprises = sample > BUDGET ? surprises + 1 : 0;
    if (surprises >= MOST_SURPRISES) {
      expel();
    } else if (nanos > BUDGET) {
      brief = false;
    } else if (nanos < CALM) {
      brief = true;
    }
  }

  /// From now on no event loop, until many calls have shown that it was an accident.
  void expel() {
    nanos = Math.max(nanos, 4.0 * BUDGET);
    surprises = 0;
    brief = false;
  }
}
