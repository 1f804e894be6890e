package io.slipway.onnx;

import java.time.Duration;

/// What the process that tries a bundle may take.
///
/// @param time from its start to its report
/// @param run of processor time, the first run of a graph; later ones may take as much longer as
///     earlier ones have shown to need
/// @param heapBytes of Java's heap
/// @param residentBytes of memory in all, native included
/// @param runs what the runs of a graph may take, as later in service
public record ProbeLimits(
    Duration time, Duration run, long heapBytes, long residentBytes, RunBounds runs) {
  public static final ProbeLimits DEFAULT =
      new ProbeLimits(Duration.ofMinutes(2), 1L << 30, 4L << 30);

  /// With the usual bounds for runs.
  public ProbeLimits(Duration time, long heapBytes, long residentBytes) {
    this(time, Duration.ofSeconds(20), heapBytes, residentBytes, RunBounds.DEFAULT);
  }

  public ProbeLimits {
    if (!time.isPositive() || !run.isPositive() || heapBytes < 64L << 20) {
      throw new IllegalArgumentException("no probe runs in " + time + " and " + heapBytes);
    }
    if (residentBytes < heapBytes) {
      throw new IllegalArgumentException("the heap alone has " + heapBytes + " bytes");
    }
  }
}
