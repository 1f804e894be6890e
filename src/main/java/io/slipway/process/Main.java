package io.slipway.process;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.slipway.cli.Cli;
import io.slipway.onnx.Probe;
import io.slipway.process.database.DatabaseAwaited;
import io.slipway.process.database.DatabaseChoice;
import io.slipway.process.database.EmbeddedDatabase;
import io.smallrye.config.SmallRyeConfig;
import java.util.Arrays;
import java.util.Map;
import org.jboss.logging.Logger;

/// The entry point of the process. Without arguments it is the server; otherwise a command, or the
/// process that checks a bundle. The server claims the data folder, unpacks native libraries and
/// starts the embedded database, where no other is configured, before Quarkus; it stops the
/// database after Quarkus.
@QuarkusMain
public final class Main {
  static {
    // Quarkus's own log manager; it must be set before the first logger is requested.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    // Lets Netty load Slipway's connection deadlines; read when the first connection is made.
    System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
  }

  private static final Logger LOG = Logger.getLogger(Main.class);

  private Main() {}

  public static void main(String... args) {
    if (args.length > 0 && args[0].equals("probe")) {
      // The child process that checks a bundle: no server, no database.
      Probe.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    if (args.length > 0) {
      System.exit(Cli.run(args));
    }
    try {
      start();
    } catch (CannotStart e) {
      LOG.debug("Not started", e);
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void start() {
    SmallRyeConfig config = EarlyConfig.read();
    DatabaseChoice choice = DatabaseChoice.of(config);
    DataFolder data = DataFolder.claim(choice.data());
    EarlyConfig.requireFreePort(config);
    System.setProperty("slipway.data", data.path().toString());
    NativeLibraries.keep(data);
    SocketPoller.prepare();
    ShutdownHook shutdown = ShutdownHook.of(data);
    Map<String, String> properties = choice.external();
    if (properties.isEmpty()) {
      EmbeddedDatabase database = shutdown.startDatabase();
      DatabaseAwaited.before(database::awaitReady);
      properties = database.properties();
    }
    properties.forEach(System::setProperty);
    LOG.infof("Database: %s", choice);
    shutdown.applicationStarts();
    Quarkus.run(
        null,
        (code, cause) -> {
          shutdown.applicationHasStopped();
          if (cause != null) {
            end(cause);
          }
          System.exit(code);
        });
  }

  /// Says why the process ends, in its last lines; a refused setting without a stack trace.
  private static void end(Throwable cause) {
    FailedStart failed = FailedStart.of(cause);
    if (failed.refusedSetting()) {
      LOG.debug("Not started", cause);
    } else {
      LOG.error("Slipway has ended", cause);
    }
    failed.sentences().forEach(System.err::println);
  }
}
