package io.slipway.openinference;

import io.slipway.door.BodyBudget;
import io.slipway.serving.Unserved;

/// What one request occupies of the budget for bodies, until it is answered. Thread-safe.

final class Reservation {
  private final BodyBudget budget;
  private long taken;

  /// @param taken what was taken for it already
  Reservation(BodyBudget budget, long taken) {
    this.budget = budget;
    this.taken = taken;
  }

  /// @throws Unserved.Overloaded where there is no room for `bytes` more
  synchronized void take(long bytes) {
    if (!budget.take(bytes)) {
      throw new Unserved.Overloaded("too many large requests are being served");
    }
    taken += bytes;
  }

  /// Gives everything back; calling it again does nothing.
  synchronized void release() {
    budget.back(taken);
    taken = 0;
  }
}
