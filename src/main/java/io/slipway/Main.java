package io.slipway;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.slipway.onnx.Probe;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The entry point of the process: claims the data folder and starts a database, where none is
/// configured, before Quarkus; stops it after Quarkus.
@QuarkusMain
public final class Main {
  private static final Logger LOG = Logger.getLogger(Main.class);
  private static final int DRAIN_SECONDS = 120;

  private Main() {}

  public static void main(String... args) {
    if (args.length > 0 && args[0].equals("probe")) {
      // A child process that tries one bundle: no server, no database.
      Probe.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    try {
      start(args);
    } catch (CannotStart e) {
      LOG.debug("Not started", e);
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void start(String... args) {
    DatabaseChoice choice = DatabaseChoice.read();
    DataFolder data = DataFolder.claim(choice.data());
    System.setProperty("slipway.data", data.path().toString());
    CountDownLatch stopped = new CountDownLatch(1);
    EmbeddedDatabase database = choice.external().isEmpty() ? EmbeddedDatabase.start(data) : null;
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(stopped, database, data), "slipway-database"));
    (database == null ? choice.external() : database.properties()).forEach(System::setProperty);
    LOG.infof("Database: %s", choice);
    Quarkus.run(
        null,
        (code, cause) -> {
          stopped.countDown();
          System.exit(code);
        },
        args);
  }

  /// Runs beside the hook of Quarkus, which stops the application; the database goes last.
  private static void stop(
      CountDownLatch stopped, @Nullable EmbeddedDatabase database, DataFolder data) {
    try {
      if (!stopped.await(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        LOG.warnf("The application has not stopped in %d s", DRAIN_SECONDS);
      }
      if (database != null) {
        database.close();
      }
      data.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
