package io.slipway.api;

import java.util.concurrent.atomic.AtomicLong;

/// Bounds what all bodies in memory occupy together.
final class BodyBudget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /// @param most in bytes
  BodyBudget(long most) {
    this.most = most;
  }

  /// @return false where there is no room
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) > most) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void back(long bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }
}
