package io.slipway.registry;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;

/// Cuts the connection of a transaction that has not ended by its [CallDeadline]: whoever waits for
/// an answer of the database then gets an error at once, whatever the network or the server does. A
/// limit for each statement could not do that: a transaction has several, each of which may be just
/// fast enough.
///
/// A connection that is cut leaves the pool.
@Singleton
class ConnectionDeadlines implements AgroalPoolInterceptor {
  private static final Logger LOG = Logger.getLogger(ConnectionDeadlines.class);

  private final Map<Connection, Future<?>> watched = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor watch;

  ConnectionDeadlines() {
    watch =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("slipway-database-deadline").factory());
    watch.setRemoveOnCancelPolicy(true);
  }

  @PreDestroy
  void stop() {
    watch.shutdownNow();
  }

  /// Has the server give up as well: a statement whose caller has gone, and a transaction that is
  /// not ended, would hold their locks.
  @Override
  public void onConnectionCreate(Connection connection) {
    long most = CallDeadline.longest().toMillis();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "set statement_timeout = "
              + most
              + "; set idle_in_transaction_session_timeout = "
              + most);
    } catch (SQLException e) {
      LOG.debugf("a new connection has no time-outs: %s", e.getMessage());
    }
  }

  @Override
  public void onConnectionAcquire(Connection connection) {
    CallDeadline deadline = CallDeadline.currentOrNull();
    Connection line = deadline == null ? null : unwrapped(connection);
    if (deadline != null && line != null) {
      watched.put(line, watch.schedule(() -> cut(line), deadline.workLeft(), TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public void onConnectionReturn(Connection connection) {
    forget(connection);
  }

  @Override
  public void onConnectionDestroy(Connection connection) {
    forget(connection);
  }

  private void forget(Connection connection) {
    Connection line = unwrapped(connection);
    Future<?> cut = line == null ? null : watched.remove(line);
    if (cut != null) {
      cut.cancel(false);
    }
  }

  /// The driver's own connection: the pool hands out another wrapper of it each time. Null where it
  /// is closed already.
  private static @Nullable Connection unwrapped(Connection connection) {
    try {
      return connection.unwrap(PgConnection.class);
    } catch (SQLException e) {
      return null;
    }
  }

  private void cut(Connection line) {
    if (watched.remove(line) != null) {
      LOG.warn("a transaction has not ended in time; its connection to the database is closed");
      try {
        line.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debugf("a connection could not be closed: %s", e.getMessage());
      }
    }
  }
}
