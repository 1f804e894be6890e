package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicInteger;

/// A reference counter that releases a resource when, after [#retire], the last user has left. It
/// starts with one user, the owner, who leaves by retiring. Lock-free; the release runs once, on
/// the thread that leaves last.
public final class Lifetime {
  private static final int ENDED = 0;

  private final AtomicInteger users = new AtomicInteger(1);
  private final Runnable end;

  public Lifetime(Runnable end) {
    this.end = end;
  }

  /// Registers a user, who must [#leave] once.
  ///
  /// @return false where the resource is already released
  public boolean enter() {
    int now = users.get();
    while (now != ENDED) {
      int seen = users.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  public void leave() {
    int left = users.decrementAndGet();
    if (left == ENDED) {
      end.run();
    } else if (left < ENDED) {
      throw new IllegalStateException("left more often than entered");
    }
  }

  /// Removes the owner; called once.
  public void retire() {
    leave();
  }

  /// The current number of users, the owner included.
  public int users() {
    return users.get();
  }
}
