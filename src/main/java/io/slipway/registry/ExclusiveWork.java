package io.slipway.registry;

import java.util.HashMap;
import java.util.Map;

/// Locks by name: one thread at a time works at one thing. Who comes later interrupts the one
/// before, which is waiting for a connection that may never say more, and takes its place.
final class ExclusiveWork {
  private static final long TIMEOUT_MS = 5_000;

  private final Map<String, Thread> workers = new HashMap<>();

  /// The right to work at `what`; closing ends it.
  record Permit(ExclusiveWork work, String what) implements AutoCloseable {
    @Override
    public void close() {
      work.end(what);
    }
  }

  /// @throws Refusal.Conflict where the one before does not stop in time
  Permit take(String what) {
    long end = System.nanoTime() + TIMEOUT_MS * 1_000_000;
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
    return new Permit(this, what);
  }

  private void end(String what) {
    synchronized (workers) {
      workers.remove(what);
      workers.notifyAll();
    }
    // Whoever interrupted this work meant nothing else by it.
    Thread.interrupted();
  }
}
