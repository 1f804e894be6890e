package io.slipway.registry;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/// Prepares the database before its first use: checks that it is a supported PostgreSQL whose
/// sessions are kept, and migrates its tables. If the database does not answer, a background thread
/// tries again until it does; meanwhile the service starts without it, and serves what this replica
/// served last.
@ApplicationScoped
class Database {
  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final int OLDEST = 15;
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final DataSource source;
  private final Flyway flyway;
  private final RegistryConfig config;
  private final boolean external;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /// @param url of an external database; none for the embedded one
  Database(
      DataSource source,
      Flyway flyway,
      RegistryConfig config,
      @ConfigProperty(name = "slipway.database.url") Optional<String> url) {
    this.external = url.isPresent();
    this.source = source;
    this.flyway = flyway;
    this.config = config;
  }

  void start(@Observes @Priority(0) StartupEvent event) {
    CallDeadline.configure(config);
    Transactions.begin();
    try {
      prepare();
    } catch (Unreachable e) {
      LOG.errorf(
          "the database does not answer (%s); serving the last known state, and trying again",
          e.getMessage());
      Thread.ofPlatform().daemon().name("slipway-database-wait").start(this::waitForIt);
    }
  }

  /// Runs last: other components still use the database to deregister themselves.
  void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event)
      throws InterruptedException {
    stopped.countDown();
    if (!Transactions.end(TIMEOUT)) {
      LOG.warnf("a transaction is still running after %s, and is aborted", TIMEOUT);
    }
  }

  private void waitForIt() {
    try {
      while (!stopped.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          prepare();
          LOG.info("the database answers");
          return;
        } catch (Unreachable e) {
          LOG.debugf("the database does not answer: %s", e.getMessage());
        } catch (RuntimeException e) {
          LOG.error("the database answers but can't be used", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @throws Unreachable if the database does not answer
  private void prepare() {
    try (Connection connection = source.getConnection()) {
      String product = connection.getMetaData().getDatabaseProductName();
      int major = connection.getMetaData().getDatabaseMajorVersion();
      if (!product.equals("PostgreSQL") || major < OLDEST) {
        throw new ConfigurationException(
            "the database is "
                + product
                + " "
                + major
                + "; Slipway needs PostgreSQL "
                + OLDEST
                + " or later (SLIPWAY_DATABASE_URL)");
      }
      if (external && sharesProcesses(connection, source)) {
        throw new ConfigurationException(
            "the database is behind a pool of connections in transaction mode, which loses"
                + " notifications and settings of sessions: set pool_mode=session for this"
                + " database, or let SLIPWAY_DATABASE_URL name PostgreSQL itself");
      }
    } catch (SQLException e) {
      if (Transactions.lost(e)) {
        throw new Unreachable(String.valueOf(e.getMessage()));
      }
      throw new IllegalStateException("the database can't be used: " + e.getMessage(), e);
    }
    flyway.migrate();
  }

  /// Whether sessions share processes of the server, as behind PgBouncer in transaction mode: a
  /// session there has another process for each transaction, or the one of another session.
  static boolean sharesProcesses(Connection one, DataSource others) throws SQLException {
    int first = process(one);
    try (Connection other = others.getConnection()) {
      return process(other) == first || process(one) != first;
    }
  }

  /// The server's process for the next transaction of a session.
  private static int process(Connection session) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreachable(String message) {
      super(message, null, false, false);
    }
  }
}
