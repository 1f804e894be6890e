package io.slipway.monitoring;

import java.util.Locale;

/// The kinds of calls that are counted apart: a nightly job is not today's customers.
enum Stratum {
  CALLS,
  BATCHES;

  /// The most objects of a call that is not a batch.
  private static final int MOST_ROWS = 100;

  static Stratum of(int rows) {
    return rows > MOST_ROWS ? BATCHES : CALLS;
  }

  /// Its name in the API and the database.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
