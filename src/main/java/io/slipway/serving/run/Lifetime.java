package io.slipway.serving.run;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts who uses a thing and ends it when the last user has left after [#retire]. Starts with one
/// user, the owner, who leaves by retiring. Lock-free; the end runs once, on the thread that leaves
/// last.
public final class Lifetime {
  private static final int ENDED = 0;

  private final AtomicInteger users = new AtomicInteger(1);
  private final Runnable end;

  public Lifetime(Runnable end) {
    this.end = end;
  }

  /// Registers a user, who must [#leave] once.
  ///
  /// @return false where it is too late
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

  /// The owner leaves; called once.
  public void retire() {
    leave();
  }

  /// How many use it now, the owner included.
  public int users() {
    return users.get();
  }
}
