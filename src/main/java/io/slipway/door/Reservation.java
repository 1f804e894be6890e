package io.slipway.door;

import io.slipway.serving.Unserved;
import org.jspecify.annotations.Nullable;

/// What one piece of work occupies of the [BodyBudget] while it is on: what it unfolds, and where
/// it reads a [Body], its part in that, which so stays as long as it is read. For one thread at a
/// time.
public final class Reservation implements AutoCloseable {
  private final BodyBudget budget;
  private final @Nullable Body<?> body;
  private long taken;
  private boolean closed;

  /// Of work that reads no body.
  public Reservation(BodyBudget budget) {
    this.budget = budget;
    this.body = null;
  }

  /// @param body that was entered for this reading
  Reservation(Body<?> body) {
    this.budget = body.budget();
    this.body = body;
  }

  /// Takes room for `bytes` more.
  ///
  /// @throws Unserved.Overloaded where there is none
  public void take(long bytes) {
    long before = body == null ? taken : taken + body.taken();
    if (!budget.take(bytes, before + bytes)) {
      throw new Unserved.Overloaded("too many large requests are being served");
    }
    taken += bytes;
  }

  /// Gives everything back; calling it again does nothing.
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
