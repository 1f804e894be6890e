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
import org.jspecify.annotations.Nullable;

/// A running PostgreSQL server on a cluster, from the start of its process to its stop. It starts
/// concurrently with its parent.
final class DatabaseServer {
  private static final int ATTEMPTS = 5;
  private static final long LOOK_MILLIS = 5;

  /// The line of `postmaster.pid` that is written once the server listens on its port.
  private static final int LISTENING = 6;

  private final PostgresPrograms programs;
  private final Path cluster;
  private final int port;

  /// The result of `pg_ctl start`, which waits until connections are accepted.
  private final Future<String> ready;

  private @Nullable OrphanGuard guard;

  private DatabaseServer(PostgresPrograms programs, Path cluster, int port, Future<String> ready) {
    this.programs = programs;
    this.cluster = cluster;
    this.port = port;
    this.ready = ready;
  }

  /// Starts a server on a free port. It listens when this returns, but may still be recovering.
  ///
  /// @param log the server's log file
  /// @throws CannotStart with the reason where it fails to listen
  static DatabaseServer start(PostgresPrograms programs, Path cluster, Path log)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      Files.deleteIfExists(log);
      int port = freePort();
      DatabaseServer server =
          new DatabaseServer(programs, cluster, port, beside(programs, cluster, port, log));
      if (server.listens()) {
        long process = process(cluster);
        ProcessorShare.watch(process);
        server.guard = OrphanGuard.over(process, pidFile(cluster));
        return server;
      }
      try {
        server.awaitReady();
      } catch (CannotStart e) {
        // Another process may have taken the free port before it was used.
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

  /// Waits until the server accepts connections.
  ///
  /// @throws CannotStart with the reason where it fails
  void awaitReady() {
    try {
      ready.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStart reason) {
        throw reason;
      }
      throw new CannotStart("The database server did not start: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /// Stops the server: clients are disconnected and all data is on disk. Does nothing where it did
  /// not start or has ended by itself.
  void stop() {
    if (Files.exists(pidFile(cluster))) {
      stop(programs, cluster);
    }
    abandon();
  }

  /// Ends the guard only, as the system does when this process is killed.
  void abandon() {
    if (guard != null) {
      guard.close();
    }
  }

  /// Stops a server that runs on the cluster, unless it stops by itself meanwhile.
  static void stop(PostgresPrograms programs, Path cluster) {
    try {
      programs.run("pg_ctl", "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60");
    } catch (CannotStart e) {
      if (Files.exists(pidFile(cluster))) {
        throw e;
      }
    }
  }

  /// The file of a cluster with the process id of its running server.
  static Path pidFile(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }

  /// Starts the server on a separate thread; a failure includes the end of the server's log.
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
                throw new CannotStart(e.getMessage() + "; the server's log: " + tail(said), e);
              }
            });
    Thread.ofPlatform().daemon().name("slipway-database-start").start(start);
    return start;
  }

  /// Waits until the server listens on its port; false where its start failed before that.
  private boolean listens() throws IOException {
    Path file = pidFile(cluster);
    while (true) {
      try {
        if (Files.readAllLines(file).size() >= LISTENING) {
          return true;
        }
      } catch (NoSuchFileException _) {
        // Not written yet, or already removed.
      }
      try {
        ready.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException _) {
        // Still starting.
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
    return new CannotStart("interrupted while the database started", e);
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
