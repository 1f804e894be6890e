package io.slipway.registry;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.QuarkusTransactionException;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs work in a transaction of its own. A database that does not answer is [Refusal.Unavailable];
/// whatever else fails goes through and rolls back. At the end of the process the connections are
/// closed, whoever uses them: so the last transaction ends before, and none begins any more.
final class Transactions {
  private static boolean ended;
  private static int on;

  private Transactions() {}

  /// Transactions may begin.
  static synchronized void begin() {
    ended = false;
  }

  /// No transaction begins any more; waits for those that are on.
  ///
  /// @return whether none is on
  static synchronized boolean end(Duration timeout) throws InterruptedException {
    ended = true;
    long end = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toMillis(); on > 0 && left > 0; ) {
      Transactions.class.wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return on == 0;
  }

  private static synchronized void enter() {
    if (ended) {
      throw new Refusal.Unavailable("the process is shutting down");
    }
    on++;
  }

  private static synchronized void leave() {
    on--;
    Transactions.class.notifyAll();
  }

  static <T extends @Nullable Object> T call(Callable<T> work) {
    enter();
    try {
      return QuarkusTransaction.requiringNew().call(work);
    } catch (Sql.Failed | PersistenceException | QuarkusTransactionException e) {
      if (lost(e)) {
        throw new Refusal.Unavailable("the database does not answer; try again");
      }
      throw e;
    } finally {
      leave();
    }
  }

  static void run(Runnable work) {
    Transactions.<@Nullable Object>call(
        () -> {
          work.run();
          return null;
        });
  }

  /// Classes 08 (connection), 53 (resources), 57P (shutdown), or no state at all: the pool gave up.
  static boolean lost(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String state = sql.getSQLState();
        return state == null
            || state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57P");
      }
    }
    return false;
  }
}
