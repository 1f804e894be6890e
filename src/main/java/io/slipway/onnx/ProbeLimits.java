package io.slipway.onnx;

import java.time.Duration;

/// The limits of the process that checks a bundle.
///
/// @param time from its start to its report
/// @param firstTrial the time after which it gives way to other checks and begins again later
/// @param run the processor time of a graph's first run; later ones may take as much longer as
///     earlier ones have needed
/// @param heapBytes of Java's heap
/// @param residentBytes of its total memory, native memory included
/// @param runs the limits of a graph's runs, the same as in service
public record ProbeLimits(
    Duration time,
    Duration firstTrial,
    Duration run,
    long heapBytes,
    long residentBytes,
    RunBounds runs) {
  public static final ProbeLimits DEFAULT =
      new ProbeLimits(Duration.ofMinutes(2), 1L << 30, 4L << 30);

  /// With the default limits for the first trial and for runs.
  public ProbeLimits(Duration time, long heapBytes, long residentBytes) {
    this(
        time,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        heapBytes,
        residentBytes,
        RunBounds.DEFAULT);
  }

  /// The same in what is left of the time, and half as long for the first run.
  ProbeLimits within(Duration left) {
    return new ProbeLimits(left, firstTrial, run.dividedBy(2), heapBytes, residentBytes, runs);
  }

  public ProbeLimits {
    if (!time.isPositive()
        || !firstTrial.isPositive()
        || !run.isPositive()
        || heapBytes < 64L << 20) {
      throw new IllegalArgumentException("too little for a probe: " + time + ", " + heapBytes);
    }
    if (residentBytes < heapBytes) {
      throw new IllegalArgumentException("the heap alone has " + heapBytes + " bytes");
    }
  }
}
