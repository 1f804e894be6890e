package io.slipway.process.database;

import io.slipway.process.CannotStart;
import io.slipway.process.ProcessorShare;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One run of PostgreSQL's server on a cluster: from the start of its process, beside whatever its
/// parent does meanwhile, to its stop.
final class DatabaseServer {
  private static final int ATTEMPTS = 5;
  private static final long LOOK_MILLIS = 5;

  /// The line of `postmaster.pid` that is written once its port is listened on.
  private static final int LISTENING = 6;

  private final PostgresPrograms programs;
  private final Path cluster;
  private final int port;

  /// Of `pg_ctl start`, which waits until connections are taken.
  private final Future<String> ready;

  private DatabaseServer(PostgresPrograms programs, Path cluster, int port, Future<String> ready) {
    this.programs = programs;
    this.cluster = cluster;
    this.port = port;
    this.ready = ready;
  }

  /// Starts it on a free port. It listens then, and may still recover.
  ///
  /// @param log where the server writes what it has to say
  /// @throws CannotStart where it does not come to listen, with the reason
  static DatabaseServer start(PostgresPrograms programs, Path cluster, Path log)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      Files.deleteIfExists(log);
      int port = freePort();
      DatabaseServer server =
          new DatabaseServer(programs, cluster, port, beside(programs, cluster, port, log));
      if (server.listens()) {
        ProcessorShare.watch(process(cluster));
        return server;
      }
      try {
        server.awaitReady();
      } catch (CannotStart e) {
        // Between the search for a free port and its use somebody else may have taken it.
        if (attempt == ATTEMPTS
            || !String.valueOf(e.getMessage()).contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  int port() {
    return port;
  }

  /// Waits until it takes connections.
  ///
  /// @throws CannotStart where it does not come up, with the reason
  void awaitReady() {
    try {
      ready.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStart reason) {
        throw reason;
      }
      throw new CannotStart("The database's server does not come up: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// Stops it: clients are disconnected, everything is on the disk. One that did not come up, or is
  /// gone by itself, has nothing to be stopped.
  void stop() {
    if (Files.exists(pidFile(cluster))) {
      stop(programs, cluster);
    }
  }

  /// Stops whichever server runs on the cluster.
  static void stop(PostgresPrograms programs, Path cluster) {
    programs.run("pg_ctl", "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60");
  }

  /// The file of a cluster that names the process of its server, for as long as there is one.
  static Path pidFile(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }

  /// Runs the start of the server on a thread of its own; what fails says what the server said.
  private static Future<String> beside(
      PostgresPrograms programs, Path cluster, int port, Path log) {
    FutureTask<String> start =
        new FutureTask<>(
            () -> {
              try {
                return programs.run(
                    "pg_ctl",
                    "start",
                    "-D",
                    cluster.toString(),
                    "-o",
                    "-p " + port,
                    "-l",
                    log.toString(),
                    "-w",
                    "-t",
                    "120");
              } catch (CannotStart e) {
                String said = Files.exists(log) ? Files.readString(log).strip() : "";
                throw new CannotStart(e.getMessage() + "; the server said: " + tail(said), e);
              }
            });
    Thread.ofPlatform().daemon().name("slipway-database-start").start(start);
    return start;
  }

  /// Waits until the port is the server's; false where it has not come to that.
  private boolean listens() throws IOException {
    Path file = pidFile(cluster);
    while (true) {
      try {
        if (Files.readAllLines(file).size() >= LISTENING) {
          return true;
        }
      } catch (NoSuchFileException _) {
        // Not there yet, or gone again.
      }
      try {
        ready.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException _) {
        // It is still at it.
      } catch (ExecutionException _) {
        return false;
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static long process(Path cluster) throws IOException {
    return Long.parseLong(Files.readAllLines(pidFile(cluster)).getFirst().strip());
  }

  private static CannotStart interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CannotStart("interrupted while the database came up", e);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tail(String text) {
    return text.length() > 2_000 ? "…" + text.substring(text.length() - 2_000) : text;
  }
}
