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

/// Listens for PostgreSQL notifications of commits, on a connection of its own. Wakes the
/// [EventFeed], and threads that wait for other replicas. A notification only says that there
/// is something to read, so it may be lost: after each new [#listen], what was missed is read.
@ApplicationScoped
class Notices {
  /// The channel that announces new events. The release before listens to it, too.
  static final String CHANNEL = "slipway_history";

  private static final Logger LOG = Logger.getLogger(Notices.class);

  /// After this time without a notification, a query tests the connection: a dead one is silent,
  /// too.
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final PGNotification[] NONE = {};

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// The time limit for connecting and for each answer, in seconds.
  private static final String TIMEOUT = "3";

  private final EventFeed feed;
  private final RegistryEvents events;
  private final Optional<String> url;
  private final Properties login = new Properties();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Connection connection;

  Notices(
      EventFeed feed,
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
            LOG.info("the database sends notifications again");
          }
          troubled = false;
          listen(open);
        } catch (SQLException e) {
          if (!troubled && stopped.getCount() > 0) {
            LOG.warnf(
                "the database sends no notifications; looking for changes every %d s: %s",
                EventFeed.EVERY.toSeconds(), e.getMessage());
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
      throw new SQLException("not a PostgreSQL URL");
    }
    return open;
  }

  /// Listens until the connection breaks.
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
          // Notifications that arrived with the answer are already received: no call would wait
          // for them.
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
