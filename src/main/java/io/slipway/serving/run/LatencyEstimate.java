package io.slipway.serving.run;

/// An estimate of the time per object of a version, from the start of the work to the written
/// answer, learned from its calls. It decides whether the next call is short enough to run on the
/// event loop on which it arrived, which saves two thread switches.
///
/// The decision uses a moving estimate of the 95th percentile, with hysteresis. Calls larger than
/// usual are assumed to take proportionally longer. Many threads write it without a lock: a lost
/// sample does no harm.
public final class LatencyEstimate {
  /// The longest estimated time that one call may occupy an event loop, in nanoseconds.
  static final long BUDGET = 300_000;

  /// The estimate below which a version returns to the event loops after it was too slow.
  private static final long CALM = 200_000;

  /// After so many underestimated calls in a row, a version leaves the event loops.
  private static final int MOST_SURPRISES = 8;

  /// The factor of one step upwards; the step downwards is such that the estimate settles where one
  /// sample in twenty lies above it.
  private static final double UP = 1.05;

  private static final double DOWN = Math.pow(UP, -0.05 / 0.95);

  /// The number of calls that prove an unknown version to be short.
  private static final int TRIALS = 16;

  private static final double WEIGHT_OF_SIZE = 1.0 / 64;
  private static final double WEIGHT_OF_CALL = 1.0 / 32;

  /// The number of bits of the size that one class spans.
  private static final int BITS = 2;

  private static final int STEP = 1 << BITS;
  private static final int CLASSES = Long.SIZE / BITS;

  /// The most by which the estimate of an unseen size exceeds that of the nearest seen size.
  /// Refused bodies are large and quick: with a purely proportional estimate, one of them would
  /// make the queue look full for all other callers.
  private static final double MOST_FORETOLD = 16;

  private double nanos;
  private double bytes;
  private int surprises;

  /// The mean times by order of magnitude of the size: each class is [#STEP] times the one below.
  /// The cost of large calls says nothing about small ones, and little the other way round.
  private final double[] meanNanos = new double[CLASSES];

  /// The mean time over all sizes.
  private double meanOfAll;

  /// The calls that must still run on workers before one may run on an event loop.
  private int untried;

  private volatile boolean brief;

  /// @param nanos the time of one object, as measured before any call
  /// @param bytes the size of that object; 0 where it is unknown
  public LatencyEstimate(long nanos, long bytes) {
    this.nanos = Math.max(1, nanos);
    this.bytes = bytes;
    untried = nanos > 0 ? 0 : TRIALS;
    brief = nanos > 0 && nanos < CALM;
  }

  /// The estimated time of a call of `size` bytes, in nanoseconds: the mean of its size class;
  /// where that has none, proportionally longer than the next smaller class, within
  /// [#MOST_FORETOLD].
  ///
  /// @param size [Long#MAX_VALUE] where it is unknown
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

  /// Learns from a call of `size` bytes, with any number of objects, that took `took` nanoseconds.
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

  /// Whether `size` is not much above the usual size; false where it is unknown.
  boolean usual(long size) {
    return size != Long.MAX_VALUE && relative(size) <= 4;
  }

  /// Whether a call of `size` bytes may run on an event loop.
  boolean brief(long size) {
    return brief && nanos * relative(size) <= BUDGET;
  }

  /// The ratio of `size` to the usual size of calls; at least 1.
  private double relative(long size) {
    return bytes == 0 ? 1 : Math.max(1, size / bytes);
  }

  /// Learns from a call with one object of `size` bytes that took `took` nanoseconds.
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

  /// Removes the version from the event loops until many calls have been short again.
  void expel() {
    nanos = Math.max(nanos, 4.0 * BUDGET);
    surprises = 0;
    brief = false;
  }
}
