package io.slipway.serving.run;

/// What a run of `n` rows takes, T(n) = a + b·n nanoseconds, learned from every run by least
/// squares that forget; and what follows: how many rows that wait anyway are worth running
/// together. Written by many threads without a lock: a sample that gets lost is no loss.
final class RunCost {
  /// The most rows that are put together.
  static final int MOST = 64;

  /// The longest that a run may get by being shared, in nanoseconds.
  private static final double LONGEST = 25_000_000;

  /// Rows are put together where that takes at least so much off the cost of one alone.
  private static final double WORTH = 0.2;

  /// And as many as leave each row no more than so much above its own cost, b.
  private static final double REST = 0.1;

  /// How many rows run together where it is not known whether that pays; and how often that is
  /// tried again where it didn't.
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

  /// Learns from a run.
  void ran(int n, long took) {
    double weight = runs++ == 0 ? 1 : WEIGHT;
    shared += n > 1 && shared < TAUGHT ? 1 : 0;
    rows += (n - rows) * weight;
    nanos += (took - nanos) * weight;
    square += ((double) n * n - square) * weight;
    product += ((double) n * took - product) * weight;
    double variance = square - rows * rows;
    // Runs of one size tell nothing of others: then what was found before holds.
    if (variance >= LEAST_VARIANCE && shared >= TAUGHT) {
      double b = Math.max((product - rows * nanos) / variance, nanos / rows / 1000);
      double a = Math.max(0, nanos - b * rows);
      together =
          a / (a + b) < WORTH
              ? 1
              : (int) Math.clamp(Math.min(a / (REST * b), (LONGEST - a) / b), 1, MOST);
    }
  }

  /// How many rows at most are to be run together; 1 where it doesn't pay.
  int together() {
    int found = together;
    return found == 1 && runs % EVERY == 0 ? EXPLORED : found;
  }
}
