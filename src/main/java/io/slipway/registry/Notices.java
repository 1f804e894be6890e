package io.slipway.registry;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// Listens for what PostgreSQL tells of commits, by a connection of its own, and wakes the
/// [HistoryFeed], and those who wait for other replicas. A notice says only that there is something
/// to read, so none has to arrive: what was told while the connection was down is made up for after
/// each new [#listen].
@ApplicationScoped
class Notices {
  /// Whoever writes the history tells here.
  static final String CHANNEL = "slipway_history";

  private static final Logger LOG = Logger.getLogger(Notices.class);

  /// Nothing heard for so long: is anybody there? A line that has gone silent does not say so.
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final PGNotification[] NONE = {};

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// In seconds: to connect, and for an answer.
  private static final String TIMEOUT = "3";

  private final HistoryFeed feed;
  private final RegistryEvents events;
  private final Optional<String> url;
  private final Properties login = new Properties();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Connection connection;

  Notices(
      HistoryFeed feed,
      RegistryEvents events,
      @ConfigProperty(name = "quarkus.datasource.jdbc.url") Optional<String> url,
      @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
      @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
    this.feed = feed;
    this.events = events;
    this.url = url;
    username.ifPresent(name -> login.setProperty("user", name));
    password.ifPresent(word -> login.setProperty("password", word));
    login.setProperty("ApplicationName", "slipway-notices");
    login.setProperty("connectTimeout", TIMEOUT);
    login.setProperty("socketTimeout", TIMEOUT);
    login.setProperty("tcpKeepAlive", "true");
  }

  void start(@Observes StartupEvent event) {
    if (url.isPresent()) {
      Thread.ofPlatform().daemon().name("slipway-notices").start(this::run);
    }
  }

  void stop(@Observes ShutdownEvent event) throws SQLException {
    stopped.countDown();
    Connection open = connection;
    if (open != null) {
      open.abort(Runnable::run);
    }
  }

  private void run() {
    boolean troubled = false;
    try {
      do {
        try (Connection open = connect()) {
          connection = open;
          if (troubled) {
            LOG.info("the database tells of changes again");
          }
          troubled = false;
          listen(open);
        } catch (SQLException e) {
          if (!troubled && stopped.getCount() > 0) {
            LOG.warnf(
                "the database does not tell of changes; they are looked for every %d s: %s",
                HistoryFeed.EVERY.toSeconds(), e.getMessage());
          }
          troubled = true;
        }
      } while (!stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection connect() throws SQLException {
    Connection open = new Driver().connect(url.orElseThrow(), login);
    if (open == null) {
      throw new SQLException("not a URL of PostgreSQL");
    }
    return open;
  }

  /// Until the connection breaks.
  private void listen(Connection open) throws SQLException {
    PGConnection told = open.unwrap(PGConnection.class);
    try (Statement statement = open.createStatement()) {
      statement.execute("listen " + CHANNEL);
      statement.execute("listen " + Replicas.CHANNEL);
      feed.wake();
      while (stopped.getCount() > 0) {
        PGNotification[] notices = told.getNotifications((int) SILENCE.toMillis());
        if (notices == null || notices.length == 0) {
          statement.execute("select 1");
          // What comes along with that answer has been taken in, and ends no wait.
          notices = told.getNotifications();
        }
        for (PGNotification notice : notices == null ? NONE : notices) {
          if (notice.getName().equals(CHANNEL)) {
            feed.wake();
          } else {
            events.wake(RegistryEvents.Topic.REPLICAS);
          }
        }
      }
    }
  }
}
