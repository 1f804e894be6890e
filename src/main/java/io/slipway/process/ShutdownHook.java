package io.slipway.process;

import io.slipway.process.database.EmbeddedDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The shutdown hook of the process, beside the one of Quarkus, which stops the application. The
/// database goes after the application, and a database that is being started when the end comes is
/// not left behind.
///
/// Where a run of a model does not end, the JVM must not exit: its hooks free what the run uses,
/// and the process crashes. [#halting] has it end without them.
public final class ShutdownHook implements Runnable {
  private static final Logger LOG = Logger.getLogger(ShutdownHook.class);
  private static final int DRAIN_SECONDS = 120;

  /// Of this process, where it is a server's.
  private static volatile @Nullable ShutdownHook ours;

  private final DataFolder data;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean application;
  private @Nullable EmbeddedDatabase database;
  private volatile @Nullable Integer halt;

  ShutdownHook(DataFolder data) {
    this.data = data;
  }

  /// That of this process, which has it from now on.
  static ShutdownHook of(DataFolder data) {
    ShutdownHook hook = new ShutdownHook(data);
    ours = hook;
    Runtime.getRuntime().addShutdownHook(new Thread(hook, "slipway-database"));
    return hook;
  }

  /// Has this process end by `status` and without hooks, once the application has stopped, or after
  /// `patience` where it does not, as a thread that it waits for is lost. The database is stopped
  /// before. Does nothing in a process that is no server's, such as one of tests.
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
        LOG.warnf("The application has not stopped in %s, and is left", patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    halt();
  }

  /// Once, whoever comes first.
  private synchronized void halt() {
    Integer status = halt;
    if (status != null) {
      end();
      Runtime.getRuntime().halt(status);
    }
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

  /// Returns only where the process may exit as usual.
  void applicationHasStopped() {
    stopped.countDown();
    halt();
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
