package io.slipway.openinference;

import io.slipway.door.BodyBudget;
import io.slipway.serving.Unserved;

/// What one request occupies of the budget for bodies, until it is answered. Thread-safe.
final class Reservation {
  private final BodyBudget budget;
  private final long first;
  private long taken;
  private boolean released;

  /// @param taken what was taken for it already
  Reservation(BodyBudget budget, long taken) {
    this.budget = budget;
    this.first = taken;
    this.taken = taken;
  }

  /// @throws Unserved.Overloaded where there is no room for `bytes` more
  synchronized void take(long bytes) {
    if (released) {
      // It was refused while it was read; what is read still goes with the reader.
      return;
    }
    if (!budget.take(bytes, taken + bytes)) {
      throw new Unserved.Overloaded("too many large requests are being served");
    }
    taken += bytes;
  }

  /// Gives back what was taken since, as the reading begins anew.
  synchronized void rewind() {
    if (!released) {
      budget.back(taken - first);
      taken = first;
    }
  }

  /// Gives everything back; calling it again does nothing.
  synchronized void release() {
    budget.back(taken);
    taken = 0;
    released = true;
  }
}
