package io.slipway.serving.run;

/// An estimate of how long one object of a version takes, from the begin of the work to the written
/// answer, learned in service; and what follows from it: whether the next call is so brief that it
/// is served where it arrives, on an event loop, which saves two changes of threads.
///
/// A moving estimate of the 95th percentile decides, with a band between coming and going. Calls
/// that are larger than usual are taken to last longer in proportion. Written by many threads
/// without a lock: a sample that gets lost is no loss.
public final class LatencyEstimate {
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

  /// How many calls show that a version is brief of which nothing is known.
  private static final int TRIALS = 16;

  private static final double WEIGHT_OF_SIZE = 1.0 / 64;
  private static final double WEIGHT_OF_CALL = 1.0 / 32;

  /// Bits of the size that a class spans.
  private static final int BITS = 2;

  private static final int STEP = 1 << BITS;
  private static final int CLASSES = Long.SIZE / BITS;

  /// A size that was never seen is taken to last at most so many times as long as the nearest that
  /// was. Refused bodies are large and brief, and foretold in proportion one of them would have
  /// everybody else turned away.
  private static final double MOST_FORETOLD = 16;

  private double nanos;
  private double bytes;
  private int surprises;

  /// Of what calls took, by the order of magnitude of their size: a class is [#STEP] times the one
  /// below. What one large call costs says nothing of small ones, and the other way round little.
  private final double[] meanNanos = new double[CLASSES];

  /// Of all calls.
  private double meanOfAll;

  /// Calls that must be served elsewhere until one may come to an event loop.
  private int untried;

  private volatile boolean brief;

  /// @param nanos what one object takes, as far as is known before any call
  /// @param bytes how large that object is; 0 where nothing is known
  public LatencyEstimate(long nanos, long bytes) {
    this.nanos = Math.max(1, nanos);
    this.bytes = bytes;
    untried = nanos > 0 ? 0 : TRIALS;
    brief = nanos > 0 && nanos < CALM;
  }

  /// What a call of `size` bytes will take, in nanoseconds: as calls of that size did; where there
  /// were none, longer than the next smaller ones in proportion, within [#MOST_FORETOLD].
  ///
  /// @param size [Long#MAX_VALUE] where it is not known
  long expected(long size) {
    if (meanOfAll == 0) {
      return (long) nanos;
    }
    if (size == Long.MAX_VALUE) {
      return (long) meanOfAll;
    }
    int own = sizeClass(size);
    double times = 1;
    for (int i = own; i >= 0; i--) {
      if (meanNanos[i] > 0) {
        return (long) (meanNanos[i] * Math.min(times, MOST_FORETOLD));
      }
      times *= STEP;
    }
    for (int i = own + 1; i < CLASSES; i++) {
      if (meanNanos[i] > 0) {
        return (long) meanNanos[i];
      }
    }
    return (long) meanOfAll;
  }

  private static int sizeClass(long size) {
    return (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, size)) - 1) / BITS;
  }

  /// Learns from a call of `size` bytes, of any number of objects, that took `took` nanoseconds.
  void took(long size, long took) {
    meanOfAll = learned(meanOfAll, took);
    if (size != Long.MAX_VALUE) {
      int own = sizeClass(size);
      meanNanos[own] = learned(meanNanos[own], took);
    }
  }

  private static double learned(double mean, long took) {
    return mean == 0 ? took : mean + (took - mean) * WEIGHT_OF_CALL;
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
    untried = Math.max(0, untried - 1);
    if (surprises >= MOST_SURPRISES) {
      expel();
    } else if (nanos > BUDGET) {
      brief = false;
    } else if (nanos < CALM && untried == 0) {
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
