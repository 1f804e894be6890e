package io.slipway.door;

import io.slipway.serving.Unserved;
import org.jspecify.annotations.Nullable;

/// The share of the [BodyBudget] that one piece of work occupies: what it decodes to, and, where it
/// reads a [Body], a use of that body, which keeps it in memory. For one thread at a time.
public final class Reservation implements AutoCloseable {
  private final BodyBudget budget;
  private final @Nullable Body<?> body;
  private long taken;
  private boolean closed;

  /// For work that reads no body.
  public Reservation(BodyBudget budget) {
    this.budget = budget;
    this.body = null;
  }

  /// @param body already entered for this reading
  Reservation(Body<?> body) {
    this.budget = body.budget();
    this.body = body;
  }

  /// Reserves `bytes` more.
  ///
  /// @throws Unserved.Overloaded where the budget is exhausted
  public void take(long bytes) {
    long before = body == null ? taken : taken + body.taken();
    if (!budget.take(bytes, before + bytes)) {
      throw new Unserved.Overloaded("the memory for request bodies is used up");
    }
    taken += bytes;
  }

  /// Releases everything; idempotent.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      budget.back(taken);
      if (body != null) {
        body.leave();
      }
    }
  }
}
