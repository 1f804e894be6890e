package io.slipway.registry;

import java.util.HashMap;
import java.util.Map;

/// Locks by name: one thread at a time works on a name. A later thread interrupts the earlier one
/// and takes over, because the earlier one may be waiting for a connection that has stalled.
final class ExclusiveWork {
  private static final long TIMEOUT_MS = 5_000;

  private final Map<String, Thread> workers = new HashMap<>();

  /// The right to work on `what`; closing it gives the right back.
  record Permit(ExclusiveWork work, String what) implements AutoCloseable {
    @Override
    public void close() {
      work.end(what);
    }
  }

  /// Interrupts a thread that works on `what`, and waits until it stops.
  ///
  /// @throws Refusal.Conflict if it does not stop in time, or a later thread interrupts this one
  Permit take(String what) {
    long end = System.nanoTime() + TIMEOUT_MS * 1_000_000;
    synchronized (workers) {
      while (workers.containsKey(what)) {
        workers.get(what).interrupt();
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new Refusal.Conflict("another request is working on " + what);
        }
        try {
          workers.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new Refusal.Conflict("another request has taken over " + what);
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
    // Clear an interrupt: it was meant to end this work only.
    Thread.interrupted();
  }
}
