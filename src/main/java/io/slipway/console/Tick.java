package io.slipway.console;

import java.util.Arrays;

/// The counts and times of one version in one interval.
///
/// @param ok requests answered with predictions
/// @param refused invalid requests
/// @param failed server-side errors
/// @param buckets answered calls by the first of [#BOUNDS] not exceeded; the last one is the rest
/// @param phases seconds spent in each of [#PHASES], summed over all answered calls
record Tick(long ok, long refused, long failed, long[] buckets, double[] phases) {
  /// The buckets of `slipway_predict_duration_seconds`, in seconds.
  static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
  };

  /// The phases of `slipway_predict_phase_duration_seconds`.
  static final String[] PHASES = {
    "queue", "decode", "preprocess", "inference", "postprocess", "encode"
  };

  static final Tick NOTHING =
      new Tick(0, 0, 0, new long[BOUNDS.length + 1], new double[PHASES.length]);

  long requests() {
    return ok + refused + failed;
  }

  private long answered() {
    return Arrays.stream(buckets).sum();
  }

  Tick plus(Tick other) {
    return new Tick(
        ok + other.ok,
        refused + other.refused,
        failed + other.failed,
        plus(buckets, other.buckets, 1),
        plus(phases, other.phases, 1));
  }

  /// The increase since `before`; where the counter was reset in between, its current value.
  Tick since(Tick before) {
    if (before.ok > ok || before.answered() > answered() || before.requests() > requests()) {
      return this;
    }
    return new Tick(
        ok - before.ok,
        refused - before.refused,
        failed - before.failed,
        plus(buckets, before.buckets, -1),
        plus(phases, before.phases, -1));
  }

  private static long[] plus(long[] a, long[] b, int sign) {
    long[] sum = new long[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + sign * b[i];
    }
    return sum;
  }

  private static double[] plus(double[] a, double[] b, int sign) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + sign * b[i];
    }
    return sum;
  }

  /// A quantile of the latency of answered calls, in seconds. Interpolated within its bucket, as
  /// Prometheus does; NaN where no call was answered.
  double quantile(double quantile) {
    double rank = quantile * answered();
    if (rank == 0) {
      return Double.NaN;
    }
    long below = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      if (below + buckets[i] >= rank) {
        double from = i == 0 ? 0 : BOUNDS[i - 1];
        return from + (BOUNDS[i] - from) * (rank - below) / buckets[i];
      }
      below += buckets[i];
    }
    return BOUNDS[BOUNDS.length - 1];
  }

  /// The mean time per answered call of the phase at `index`, in seconds; NaN without calls.
  double mean(int index) {
    long answered = answered();
    return answered == 0 ? Double.NaN : phases[index] / answered;
  }

  /// The share of requests that ended in a server-side error; NaN without requests.
  double failures() {
    return requests() == 0 ? Double.NaN : (double) failed / requests();
  }
}
