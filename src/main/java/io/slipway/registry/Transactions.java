package io.slipway.registry;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.QuarkusTransactionException;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Runs work in a transaction of its own. A database that does not answer is [Refusal.Unavailable];
/// whatever else fails goes through and rolls back.
final class Transactions {
  private Transactions() {}

  static <T extends @Nullable Object> T call(Callable<T> work) {
    try {
      return QuarkusTransaction.requiringNew().call(work);
    } catch (PersistenceException | QuarkusTransactionException e) {
      if (lost(e)) {
        throw new Refusal.Unavailable("the database does not answer; try again");
      }
      throw e;
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
