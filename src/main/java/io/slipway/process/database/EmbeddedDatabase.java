package io.slipway.process.database;

import io.slipway.process.CannotStart;
import io.slipway.process.DataFolder;
import io.slipway.process.Unpacked;
import java.io.IOException;
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
import org.jboss.logging.Logger;

/// The embedded PostgreSQL, in `postgres/` of the data folder: on loopback and a free port only,
/// with a generated password. It writes synchronously, so that no data is lost when either process
/// or the machine is killed.
///
/// If this process is killed, the server stops by itself within seconds ([OrphanGuard]). Its
/// starter holds the data folder: a server that still runs on it is an orphan, and is stopped
/// first.
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
  static final String MAJOR = "18";
  private static final String NAME = "slipway";

  /// Settings appended to initdb's. No Unix sockets: their folder is shared by all users.
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

  private final DatabaseServer server;
  private final String password;

  private EmbeddedDatabase(DatabaseServer server, String password) {
    this.server = server;
    this.password = password;
  }

  /// Starts the database, creating it if missing. Its port is known when this returns, but it may
  /// still be recovering: the caller continues its own start before [#awaitReady].
  ///
  /// @throws CannotStart with the reason
  public static EmbeddedDatabase start(DataFolder data) {
    return start(data, data.path().resolve("postgres"));
  }

  /// @param unpacked the folder for the programs, which several databases may share
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
      // Read before the server starts: after a failure here it would be left running.
      String password = Files.readString(folder.resolve("password"));
      return new EmbeddedDatabase(
          DatabaseServer.start(programs, cluster, folder.resolve("server.log")), password);
    } catch (IOException e) {
      throw new CannotStart("The database in " + folder + " cannot be used: " + e, e);
    }
  }

  /// Waits until it accepts connections.
  ///
  /// @throws CannotStart with the reason where it does not start
  public void awaitReady() {
    server.awaitReady();
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + NAME;
  }

  /// The properties that make Quarkus use it, including the password.
  public Map<String, String> properties() {
    return Map.of(
        "quarkus.datasource.jdbc.url", jdbcUrl(),
        "quarkus.datasource.username", NAME,
        "quarkus.datasource.password", password);
  }

  /// Stops the server: clients are disconnected and all data is on disk.
  @Override
  public void close() {
    server.stop();
  }

  /// Leaves the server as this process does when it is killed.
  void abandon() {
    server.abandon();
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
        // Hash iterations protect passwords that can be guessed. This one has 192 random bits,
        // and each connection would spend CPU time on them.
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
              + ", but this build contains "
              + MAJOR
              + ": dump it with the old one and restore it into a new data folder.");
    }
  }

  /// Stops a server that outlived its parent. The process id in `postmaster.pid` may also be
  /// unused, or belong to an unrelated process, which PostgreSQL would mistake for a server.
  private static void removeOrphan(PostgresPrograms programs, Path cluster) throws IOException {
    Path file = DatabaseServer.pidFile(cluster);
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return;
    }
    Optional<ProcessHandle> process =
        lines.isEmpty() ? Optional.empty() : process(lines.getFirst());
    if (process.isPresent() && isServer(process.get(), cluster)) {
      LOG.infof("Stopping the database server %s left by an earlier process", lines.getFirst());
      DatabaseServer.stop(programs, cluster);
    } else {
      LOG.infof("The previous process was killed; the database is recovering");
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
}
