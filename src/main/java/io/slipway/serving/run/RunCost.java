package io.slipway.serving.run;

/// A model of the time of a run with `n` rows, T(n) = a + b·n nanoseconds, fitted to all runs by
/// least squares with exponential forgetting. It decides how many queued rows are worth running
/// together. Many threads write it without a lock: a lost sample does no harm.
final class RunCost {
  /// The most rows in a shared run.
  static final int MOST = 64;

  /// The longest time that a shared run may take, in nanoseconds.
  private static final double LONGEST = 25_000_000;

  /// The share of a single row's cost that sharing must save to be worth it.
  private static final double WORTH = 0.2;

  /// Rows are added until each costs at most this share more than its own cost, b.
  private static final double REST = 0.1;

  /// The number of rows to run together while it is unknown whether sharing pays, and in the
  /// occasional trials after it did not.
  private static final int EXPLORED = 4;

  private static final int EVERY = 64;
  private static final double LEAST_VARIANCE = 0.1;
  private static final int TAUGHT = 32;
  private static final double WEIGHT = 1.0 / 64;

  private double rows;
  private double nanos;
  private double square;
  private double product;
  private long runs;
  private int shared;
  private volatile int together = EXPLORED;

  /// Learns from a run of `n` rows.
  void ran(int n, long took) {
    double weight = runs++ == 0 ? 1 : WEIGHT;
    shared += n > 1 && shared < TAUGHT ? 1 : 0;
    rows += (n - rows) * weight;
    nanos += (took - nanos) * weight;
    square += ((double) n * n - square) * weight;
    product += ((double) n * took - product) * weight;
    double variance = square - rows * rows;
    // Runs of a single size do not determine a and b: keep the previous fit.
    if (variance >= LEAST_VARIANCE && shared >= TAUGHT) {
      double b = Math.max((product - rows * nanos) / variance, nanos / rows / 1000);
      double a = Math.max(0, nanos - b * rows);
      together =
          a / (a + b) < WORTH
              ? 1
              : (int) Math.clamp(Math.min(a / (REST * b), (LONGEST - a) / b), 1, MOST);
    }
  }

  /// The most rows to run together; 1 where sharing does not pay.
  int together() {
    int found = together;
    return found == 1 && runs % EVERY == 0 ? EXPLORED : found;
  }
}
