package io.slipway.registry;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The wait of a transaction for its connection to the database, which ends at the transaction's
/// deadline: the thread is then interrupted, unless it has its connection by then. The pool's own
/// limit is the same for every caller, and may be longer than what is left of a call.
///
/// Once closed, the thread is not interrupted any more, and not left interrupted.
final class ConnectionWait implements AutoCloseable {
  private static final ScopedValue<ConnectionWait> CURRENT = ScopedValue.newInstance();
  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private final Thread thread = Thread.currentThread();
  private final Future<?> timeout;
  private boolean over;
  private boolean interrupted;

  private ConnectionWait(long nanos) {
    timeout = WATCH.schedule(this::interrupt, nanos, TimeUnit.NANOSECONDS);
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("slipway-connection-wait").factory());
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }

  /// Runs a transaction under `deadline`.
  static <T extends @Nullable Object> T within(CallDeadline deadline, Supplier<T> transaction) {
    try (ConnectionWait wait = new ConnectionWait(deadline.workLeft())) {
      return ScopedValue.where(CURRENT, wait).call(() -> deadline.within(transaction));
    }
  }

  /// Ends the wait of this thread, if there is one: it has its connection.
  static void ended() {
    if (CURRENT.isBound()) {
      CURRENT.get().end();
    }
  }

  private synchronized void interrupt() {
    if (!over) {
      over = true;
      interrupted = true;
      thread.interrupt();
    }
  }

  private synchronized void end() {
    over = true;
    timeout.cancel(false);
  }

  @Override
  public void close() {
    end();
    if (wasInterrupted()) {
      Thread.interrupted();
    }
  }

  private synchronized boolean wasInterrupted() {
    return interrupted;
  }
}
