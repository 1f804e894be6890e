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

/// Closes the connection of a transaction that has not ended by its [CallDeadline]. A thread that
/// waits for the database then gets an error at once, whatever the network or the server does. A
/// time limit for each statement would not suffice: a transaction has several statements, and
/// each could stay just below the limit.
///
/// The closed connection leaves the pool.
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

  /// Sets time-outs on the server as well. Otherwise a statement whose caller is gone, or a
  /// transaction that nobody ends, would keep its locks.
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
    ConnectionWait.ended();
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

  /// The driver's own connection, because the pool hands out a new wrapper each time. Null if it
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
      LOG.warn("a transaction did not end in time; its connection to the database was closed");
      try {
        line.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debugf("a connection could not be closed: %s", e.getMessage());
      }
    }
  }
}
