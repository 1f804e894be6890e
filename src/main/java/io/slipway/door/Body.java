package io.slipway.door;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What a call has brought, in memory, and its place in the [BodyBudget]: both are given back when
/// its last user has left. It begins with one user, the call, who leaves when the call is over.
/// Thread-safe, lock-free.
///
/// @param <T> what it is: bytes, or a message
public final class Body<T> {
  private final BodyBudget budget;
  private final long taken;
  private final AtomicInteger users = new AtomicInteger(1);
  private volatile @Nullable T content;

  /// @param taken the bytes of the budget that were taken for it
  public Body(T content, BodyBudget budget, long taken) {
    this.content = content;
    this.budget = budget;
    this.taken = taken;
  }

  /// One user more, who must [#leave].
  ///
  /// @return false where it is too late: the last one has left
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

  /// A user leaves; after that the content is not his any more.
  void leave() {
    if (users.decrementAndGet() == 0) {
      content = null;
      budget.back(taken);
    }
  }

  /// The content; for users.
  T content() {
    return Objects.requireNonNull(content);
  }

  /// The bytes of the budget that it has taken.
  long taken() {
    return taken;
  }

  BodyBudget budget() {
    return budget;
  }
}
