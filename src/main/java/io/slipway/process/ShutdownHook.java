package io.slipway.process;

import io.slipway.process.database.EmbeddedDatabase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The shutdown hook of the process, beside the one of Quarkus, which stops the application. The
/// database goes after the application, and a database that is being started when the end comes is
/// not left behind.
final class ShutdownHook implements Runnable {
  private static final Logger LOG = Logger.getLogger(ShutdownHook.class);
  private static final int DRAIN_SECONDS = 120;

  private final DataFolder data;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean application;
  private @Nullable EmbeddedDatabase database;

  ShutdownHook(DataFolder data) {
    this.data = data;
  }

  /// Under the lock that [#run] takes: one that still comes up is stopped too.
  synchronized EmbeddedDatabase startDatabase() {
    EmbeddedDatabase started = EmbeddedDatabase.start(data);
    database = started;
    return started;
  }

  void applicationStarts() {
    application = true;
  }

  void applicationHasStopped() {
    stopped.countDown();
  }

  @Override
  public void run() {
    try {
      if (application && !stopped.await(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        LOG.warnf("The application has not stopped in %d s", DRAIN_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      stopDatabase();
    } catch (CannotStart e) {
      LOG.warnf("The database was not stopped: %s", e.getMessage());
    } finally {
      data.close();
    }
  }

  private synchronized void stopDatabase() {
    if (database != null) {
      database.close();
    }
  }
}
