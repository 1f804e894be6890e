package io.slipway.process.database;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import io.slipway.bundle.FolderRemoval;
import io.slipway.process.CannotStart;
import io.slipway.process.DataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class EmbeddedDatabaseTest {
  @TempDir Path folder;

  @Test
  void dataSurvivesAStopAnOrphanAKillAndAStolenProcessNumber() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      EmbeddedDatabase first = EmbeddedDatabaseResource.start(data);
      execute(first, "create table t (n integer)");
      execute(first, "insert into t values (1)");
      first.close();

      EmbeddedDatabase orphan = EmbeddedDatabaseResource.start(data);
      execute(orphan, "insert into t values (2)");

      EmbeddedDatabase afterOrphan = EmbeddedDatabaseResource.start(data);
      execute(afterOrphan, "insert into t values (3)");
      kill(data);

      EmbeddedDatabase afterKill = EmbeddedDatabaseResource.start(data);
      execute(afterKill, "insert into t values (4)");
      kill(data);
      Files.writeString(
          data.path().resolve("postgres/cluster/postmaster.pid"),
          ProcessHandle.current().pid() + "\n");

      EmbeddedDatabase last = EmbeddedDatabaseResource.start(data);
      try {
        assertThat(sum(last)).isEqualTo(10);
        assertThat(show(last, "fsync")).isEqualTo("on");
        assertThat(show(last, "listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(show(last, "unix_socket_directories")).isEmpty();
        assertThat(answer(last, "select rolpassword from pg_authid where rolname = current_user"))
            .as("rounds of hashing, which each connection would pay")
            .startsWith("SCRAM-SHA-256$1:");
        assertThatThrownBy(
                () -> DriverManager.getConnection(last.jdbcUrl(), "slipway", "guess").close())
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("password");
      } finally {
        last.close();
      }
    }
  }

  @Test
  void aServerWhoseStarterIsKilledStopsByItselfAndKeepsItsData() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      EmbeddedDatabase killed = EmbeddedDatabaseResource.start(data);
      killed.awaitReady();
      execute(killed, "create table t (n integer)");
      execute(killed, "insert into t values (7)");
      ProcessHandle server = server(data);
      killed.abandon();
      Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !server.isAlive());
      assertThat(data.path().resolve("postgres/cluster/postmaster.pid")).doesNotExist();
      try (EmbeddedDatabase next = EmbeddedDatabaseResource.start(data)) {
        assertThat(sum(next)).isEqualTo(7);
      }
    }
  }

  /// ONNX Runtime's native libraries are what says where Slipway can run at all.
  @Test
  void whereverOnnxRuntimeRunsThereIsADatabaseOfTheSameMajor() throws Exception {
    Map<String, String[]> systems =
        Map.of(
            "linux-x64", new String[] {"Linux", "amd64"},
            "linux-aarch64", new String[] {"Linux", "aarch64"},
            "osx-aarch64", new String[] {"Mac OS X", "aarch64"});
    for (var system : systems.entrySet()) {
      assertThat(OrtEnvironment.class.getResource("/ai/onnxruntime/native/" + system.getKey()))
          .as(system.getKey())
          .isNotNull();
      Path parent = Files.createDirectory(folder.resolve(system.getKey()));
      PostgresPrograms.unpack(parent, system.getValue()[0], system.getValue()[1]);
      try (Stream<Path> files = Files.walk(parent)) {
        Map<String, Path> byName =
            files
                .filter(Files::isRegularFile)
                .collect(toMap(file -> file.getFileName().toString(), identity(), (x, _) -> x));
        assertThat(byName).containsKeys("postgres", "pg_ctl", "initdb", "postgres.bki");
        // The catalogue that initdb fills a cluster with begins with its version.
        assertThat(byName.get("postgres.bki"))
            .content()
            .startsWith("# PostgreSQL " + EmbeddedDatabase.MAJOR + "\n");
      }
    }
    assertThatThrownBy(() -> PostgresPrograms.unpack(folder, "Plan 9", "mips"))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("no PostgreSQL for Plan 9 on mips")
        .hasMessageContaining("SLIPWAY_DATABASE_URL");
  }

  @Test
  void aHalfMadeDatabaseIsMadeAnew() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      Path half = data.path().resolve("postgres/cluster.new");
      Files.createDirectories(half);
      Files.writeString(half.resolve("PG_VERSION"), "18\n");
      try (EmbeddedDatabase database = EmbeddedDatabaseResource.start(data)) {
        assertThat(show(database, "server_encoding")).isEqualTo("UTF8");
      }
    }
  }

  @Test
  void oneThatDoesNotComeUpSaysWhatTheServerSaid() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      EmbeddedDatabaseResource.start(data).close();
      Path cluster = data.path().resolve("postgres/cluster");
      Path settings = cluster.resolve("postgresql.conf");
      String good = Files.readString(settings);
      Files.writeString(settings, good + "no_such_setting = 1\n");
      assertThatThrownBy(() -> EmbeddedDatabaseResource.start(data))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("no_such_setting");

      // This is found out later, when the port is listened on.
      Files.writeString(settings, good);
      FolderRemoval.now(cluster.resolve("pg_wal"));
      Files.createDirectory(cluster.resolve("pg_wal"));
      assertThatThrownBy(() -> EmbeddedDatabaseResource.start(data))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("checkpoint");
    }
  }

  @Test
  void whereThePasswordIsLostNoServerIsLeftBehind() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      EmbeddedDatabaseResource.start(data).close();
      Files.delete(data.path().resolve("postgres/password"));
      assertThatThrownBy(() -> EmbeddedDatabaseResource.start(data))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("password");
      assertThat(data.path().resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }
  }

  @Test
  void aDatabaseOfAnotherMajorIsRefused() throws Exception {
    try (DataFolder data = DataFolder.claim(folder.resolve("data"))) {
      Path cluster = data.path().resolve("postgres/cluster");
      Files.createDirectories(cluster);
      Files.writeString(cluster.resolve("PG_VERSION"), "15\n");
      assertThatThrownBy(() -> EmbeddedDatabaseResource.start(data))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("made by PostgreSQL 15");
    }
  }

  @Test
  void aDataFolderHasOneProcess() {
    Path data = folder.resolve("data");
    try (DataFolder claimed = DataFolder.claim(data)) {
      assertThatThrownBy(() -> DataFolder.claim(data))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("Another Slipway (process " + ProcessHandle.current().pid())
          .hasMessageContaining("SLIPWAY_DATA");
      assertThat(claimed.path()).isDirectory();
    }
    DataFolder.claim(data).close();
  }

  private static ProcessHandle server(DataFolder data) throws Exception {
    long pid =
        Long.parseLong(
            Files.readAllLines(data.path().resolve("postgres/cluster/postmaster.pid")).getFirst());
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static void kill(DataFolder data) throws Exception {
    ProcessHandle server = server(data);
    server.destroyForcibly();
    Awaitility.await().until(() -> !server.isAlive());
  }

  private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int sum(EmbeddedDatabase database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select sum(n) from t")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static String show(EmbeddedDatabase database, String setting) throws SQLException {
    return answer(database, "show " + setting);
  }

  private static String answer(EmbeddedDatabase database, String query) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Connection connect(EmbeddedDatabase database) throws SQLException {
    Map<String, String> properties = database.properties();
    return DriverManager.getConnection(
        database.jdbcUrl(),
        properties.get("quarkus.datasource.username"),
        properties.get("quarkus.datasource.password"));
  }
}
