package io.slipway.door;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The content of one request in memory, with its share of the [BodyBudget]. Reference-counted: it
/// starts with one user, the call, and both are released when the last user has left.
/// Thread-safe, lock-free.
///
/// @param <T> the type of the content: bytes, or a message
public final class Body<T> {
  private final BodyBudget budget;
  private final long taken;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile @Nullable T content;

  /// @param taken the bytes of the budget that were reserved for it
  public Body(T content, BodyBudget budget, long taken) {
    this.content = content;
    this.budget = budget;
    this.taken = taken;
  }

  /// Adds a user, who must call [#leave].
  ///
  /// @return false where the last user has already left and the content is released
  boolean enter() {
    int now = users.get();
    while (now > 0) {
      int seen = users.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /// Removes a user, who must not use the content afterwards.
  void leave() {
    if (users.decrementAndGet() == 0) {
      content = null;
      budget.back(taken);
    }
  }

  /// The content; to be read by users only.
  T content() {
    return Objects.requireNonNull(content);
  }

  /// The bytes of the budget that it has reserved.
  long taken() {
    return taken;
  }

  BodyBudget budget() {
    return budget;
  }
}
