package io.slipway.process;

import io.slipway.process.database.EmbeddedDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The shutdown hook of the process, in addition to Quarkus's, which stops the application. It
/// stops the database after the application, also one that is still starting.
///
/// While a run of a model does not end, the JVM must not exit normally: its hooks would free memory
/// that the run uses, and the process would crash. [#halting] ends the process without hooks.
public final class ShutdownHook implements Runnable {
  private static final Logger LOG = Logger.getLogger(ShutdownHook.class);
  private static final int DRAIN_SECONDS = 120;

  /// The hook of this process, if it is a server.
  private static volatile @Nullable ShutdownHook ours;

  private final DataFolder data;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean application;
  private @Nullable EmbeddedDatabase database;
  private volatile @Nullable Integer halt;

  ShutdownHook(DataFolder data) {
    this.data = data;
  }

  /// Creates and registers the hook of this process.
  static ShutdownHook of(DataFolder data) {
    ShutdownHook hook = new ShutdownHook(data);
    ours = hook;
    Runtime.getRuntime().addShutdownHook(new Thread(hook, "slipway-database"));
    return hook;
  }

  /// Ends this process with `status` and without hooks, once the application has stopped, or after
  /// `patience` where a lost thread prevents that. The database is stopped before. Does nothing in
  /// a process that is not a server, such as a test's.
  public static void halting(int status, Duration patience) {
    ShutdownHook hook = ours;
    if (hook != null) {
      hook.halt = status;
      Thread.ofPlatform().daemon().name("slipway-halt").start(() -> hook.haltAfter(patience));
    }
  }

  private void haltAfter(Duration patience) {
    try {
      if (!stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warnf("The application did not stop within %s; ending without it", patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    halt();
  }

  /// Ends the process; only the first call has an effect.
  private synchronized void halt() {
    Integer status = halt;
    if (status != null) {
      end();
      Runtime.getRuntime().halt(status);
    }
  }

  /// Starts the database under the lock of [#run], so that one that is still starting is stopped
  /// too.
  synchronized EmbeddedDatabase startDatabase() {
    EmbeddedDatabase started = EmbeddedDatabase.start(data);
    database = started;
    return started;
  }

  void applicationStarts() {
    application = true;
  }

  /// Returns only where the process may exit normally.
  void applicationHasStopped() {
    stopped.countDown();
    halt();
  }

  @Override
  public void run() {
    try {
      if (application && !stopped.await(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        LOG.warnf("The application did not stop within %d s", DRAIN_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  private void end() {
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
