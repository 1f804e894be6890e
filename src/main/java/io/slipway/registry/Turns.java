package io.slipway.registry;

import java.util.HashMap;
import java.util.Map;

/// One thread at a time works at one thing. Who comes later interrupts the one before, which is
/// waiting for a connection that may never say more, and takes its turn.
final class Turns {
  private static final long PATIENCE_MS = 5_000;

  private final Map<String, Thread> workers = new HashMap<>();

  /// Ends a turn when closed.
  record Turn(Turns turns, String what) implements AutoCloseable {
    @Override
    public void close() {
      turns.end(what);
    }
  }

  /// @throws Refusal.Conflict where the one before does not stop in time
  Turn take(String what) {
    long end = System.nanoTime() + PATIENCE_MS * 1_000_000;
    synchronized (workers) {
      while (workers.containsKey(what)) {
        workers.get(what).interrupt();
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new Refusal.Conflict("somebody else is at " + what + " just now");
        }
        try {
          workers.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new Refusal.Conflict("somebody else has taken over " + what);
        }
      }
      workers.put(what, Thread.currentThread());
    }
    return new Turn(this, what);
  }

  private void end(String what) {
    synchronized (workers) {
      workers.remove(what);
      workers.notifyAll();
    }
    // Whoever interrupted this turn meant nothing else by it.
    Thread.interrupted();
  }
}
