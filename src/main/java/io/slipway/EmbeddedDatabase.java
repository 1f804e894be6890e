package io.slipway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/// A PostgreSQL of the process's own, in `postgres/` of the data folder: on loopback and a free
/// port only, with a generated password. It writes through to the disk, so that it survives a kill
/// of either process and of the machine.
///
/// Whoever starts it holds the data folder: a server that runs on it all the same is an orphan of a
/// killed process, and is stopped first.
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
  static final String MAJOR = "18";
  private static final String NAME = "slipway";
  private static final int ATTEMPTS = 5;
  private static final long LOOK_MILLIS = 5;

  /// The line of `postmaster.pid` that is written once its port is listened on.
  private static final int LISTENING = 6;

  /// Appended to what initdb writes. No Unix sockets: their folder would be one for all users.
  private static final List<String> SETTINGS =
      List.of(
          "",
          "listen_addresses = '127.0.0.1'",
          "unix_socket_directories = ''",
          "max_connections = 100",
          "shared_buffers = 64MB",
          "dynamic_shared_memory_type = mmap",
          "log_min_messages = warning",
          "");

  private final PostgresPrograms programs;
  private final Path cluster;
  private final int port;
  private final String password;
  private final Future<String> ready;

  private EmbeddedDatabase(
      PostgresPrograms programs, Path cluster, int port, String password, Future<String> ready) {
    this.programs = programs;
    this.cluster = cluster;
    this.port = port;
    this.password = password;
    this.ready = ready;
  }

  /// Starts it, creating what is missing. It has its port then, and may still recover: whatever
  /// else there is to do is done meanwhile, before [#awaitReady].
  ///
  /// @throws CannotStart with the reason
  public static EmbeddedDatabase start(DataFolder data) {
    return start(data, data.path().resolve("postgres"));
  }

  /// @param unpacked where the programs are unpacked to, once for all databases that share it
  static EmbeddedDatabase start(DataFolder data, Path unpacked) {
    Path folder = data.path().resolve("postgres");
    try {
      Files.createDirectories(folder);
      Files.createDirectories(unpacked);
      PostgresPrograms programs = PostgresPrograms.unpack(unpacked);
      Path cluster = folder.resolve("cluster");
      Unpacked.once(cluster, fresh -> create(programs, folder, fresh));
      requireMajor(cluster);
      removeOrphan(programs, cluster);
      return launch(programs, folder, cluster, Files.readString(folder.resolve("password")));
    } catch (IOException e) {
      throw new CannotStart("The database in " + folder + " can't be used: " + e, e);
    }
  }

  /// Waits until it takes connections.
  ///
  /// @throws CannotStart where it does not come up, with the reason
  public void awaitReady() {
    try {
      ready.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStart reason) {
        throw reason;
      }
      throw new CannotStart("The database's server does not come up: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStart("interrupted while the database came up", e);
    }
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
  }

  /// The properties that make Quarkus use it. They hold the password.
  public Map<String, String> properties() {
    return Map.of(
        "quarkus.datasource.jdbc.url", jdbcUrl(),
        "quarkus.datasource.username", NAME,
        "quarkus.datasource.password", password);
  }

  /// Stops the server: clients are disconnected, everything is on the disk.
  @Override
  public void close() {
    programs.run("pg_ctl", "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60");
  }

  private static void create(PostgresPrograms programs, Path folder, Path fresh)
      throws IOException {
    Path password = folder.resolve("password");
    writePassword(password);
    programs.run(
        "initdb",
        "--pgdata=" + fresh,
        "--username=" + NAME,
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        // Rounds of hashing make up for passwords that can be guessed; this one is 192 random bits,
        // and each connection would take its share of the processor for them.
        "-c",
        "scram_iterations=1",
        "--no-instructions");
    Path settings = fresh.resolve("postgresql.conf");
    Files.writeString(settings, Files.readString(settings) + String.join("\n", SETTINGS));
    programs.feed(
        "create database " + NAME + "\n",
        "postgres",
        "--single",
        "-D",
        fresh.toString(),
        "-c",
        "exit_on_error=on",
        "postgres");
  }

  private static void writePassword(Path file) throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, HexFormat.of().formatHex(random));
  }

  private static void requireMajor(Path cluster) throws IOException {
    String major = Files.readString(cluster.resolve("PG_VERSION")).strip();
    if (!major.equals(MAJOR)) {
      throw new CannotStart(
          "The database in "
              + cluster
              + " was made by PostgreSQL "
              + major
              + ", this build carries "
              + MAJOR
              + ": dump it with the old one and restore it into a new data folder.");
    }
  }

  /// `postmaster.pid` names a process: a server that has outlived its parent, or nobody, or by
  /// chance somebody else, whom PostgreSQL would take for a server.
  private static void removeOrphan(PostgresPrograms programs, Path cluster) throws IOException {
    Path file = cluster.resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    Optional<ProcessHandle> process =
        lines.isEmpty() ? Optional.empty() : process(lines.getFirst());
    if (process.isPresent() && isServer(process.get(), cluster)) {
      LOG.infof("Stopping the database server %s that an earlier process left", lines.getFirst());
      programs.run("pg_ctl", "stop", "-D", cluster.toString(), "-m", "fast", "-w", "-t", "60");
    } else {
      LOG.infof("The last process was killed; the database recovers");
      Files.deleteIfExists(file);
    }
  }

  private static Optional<ProcessHandle> process(String pid) {
    try {
      return ProcessHandle.of(Long.parseLong(pid.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isServer(ProcessHandle process, Path cluster) throws IOException {
    Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    if (Files.isReadable(commandLine)) {
      String line = Files.readString(commandLine, StandardCharsets.ISO_8859_1);
      return line.contains("postgres") && line.contains(cluster.toString());
    }
    return process.info().command().map(c -> c.contains("postgres")).orElse(true);
  }

  private static EmbeddedDatabase launch(
      PostgresPrograms programs, Path folder, Path cluster, String password) throws IOException {
    Path log = folder.resolve("server.log");
    for (int attempt = 1; ; attempt++) {
      Files.deleteIfExists(log);
      int port = freePort();
      Future<String> ready =
          beside(
              () ->
                  programs.run(
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
                      "120"),
              log);
      EmbeddedDatabase database = new EmbeddedDatabase(programs, cluster, port, password, ready);
      if (database.listens()) {
        ProcessorShare.watch(serverProcess(cluster));
        return database;
      }
      try {
        database.awaitReady();
      } catch (CannotStart e) {
        // Between the search for a free port and its use somebody else may have taken it.
        if (attempt == ATTEMPTS
            || !String.valueOf(e.getMessage()).contains("Address already in use")) {
          throw e;
        }
      }
    }
  }

  /// Runs the start of the server on a thread of its own; what fails says what the server said.
  private static Future<String> beside(Callable<String> start, Path log) {
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              try {
                return start.call();
              } catch (CannotStart e) {
                String said = Files.exists(log) ? Files.readString(log).strip() : "";
                throw new CannotStart(e.getMessage() + "; the server said: " + tail(said), e);
              }
            });
    Thread.ofPlatform().daemon().name("slipway-database-start").start(task);
    return task;
  }

  /// Waits until the port is the server's; false where it has not come to that.
  private boolean listens() throws IOException {
    Path file = cluster.resolve("postmaster.pid");
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
        Thread.currentThread().interrupt();
        throw new CannotStart("interrupted while the database came up", e);
      }
    }
  }

  /// The process of the server that has just started.
  private static long serverProcess(Path cluster) throws IOException {
    return Long.parseLong(Files.readAllLines(cluster.resolve("postmaster.pid")).getFirst().strip());
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
