package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slipway.process.database.EmbeddedDatabaseResource;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The release before and the release after on the same database: this one takes over a schema that
/// is one step behind, goes on under load while the next release moves the schema one step ahead,
/// and starts again on that: the way back from an upgrade.
class NeighbourReleaseIT {
  private static final String MODEL = "/api/v1/models/customer-churn";

  @TempDir Path temp;

  @Test
  void oneStepUpAndOneStepBackLoseNothing() throws Exception {
    EmbeddedDatabaseResource database = new EmbeddedDatabaseResource();
    Map<String, String> properties = database.start();
    String url = properties.get("quarkus.datasource.jdbc.url");
    String user = properties.get("quarkus.datasource.username");
    String password = properties.get("quarkus.datasource.password");
    Map<String, String> settings =
        Map.of(
            "SLIPWAY_DATABASE_URL", url,
            "SLIPWAY_DATABASE_USERNAME", user,
            "SLIPWAY_DATABASE_PASSWORD", password);
    FluentConfiguration flyway = Flyway.configure().dataSource(url, user, password);
    try (Connection connection = DriverManager.getConnection(url, user, password)) {
      int release = migrations().size();
      flyway.target(Integer.toString(release - 1)).load().migrate();
      execute(connection, "insert into model (name, created_at) values ('before', now())");
      Path data = temp.resolve("data");
      long known;
      try (Server server = Server.launch(data, settings)) {
        server.awaitReady();
        assertThat(flyway.target("latest").load().info().current().getVersion().getMajorAsString())
            .isEqualTo(Integer.toString(release));
        assertThat(server.get("/api/v1/models/before").path("name").asText()).isEqualTo("before");
        publish(server, 1);
        publish(server, 2);
        keepPrepared(server);
        Callers callers = new Callers(server);
        Path next = Files.createDirectory(temp.resolve("next"));
        Files.writeString(
            next.resolve("V" + (release + 1) + "__next.sql"), oneStepAhead(connection));
        flyway.locations("classpath:db/migration", "filesystem:" + next).load().migrate();
        for (int i = 0; i < 4; i++) {
          server.put(MODEL + "/stages/production", "{\"version\":" + (1 + i % 2) + "}");
        }
        readEverything(server);
        assertThat(callers.stop()).as("predictions while the schema moved").isEmpty();
        assertThat(server.get("/api/v1/audit/verification").path("findings")).isEmpty();
        known = newestEvent(server);
      }
      try (Server server = Server.launch(data, settings)) {
        server.awaitReady();
        assertThat(server.get(MODEL).at("/stages/production/version").asInt()).isEqualTo(2);
        server.post(MODEL + "/stages/production/rollback", "application/json", "{}".getBytes());
        assertThat(server.get(MODEL).at("/stages/production/version").asInt()).isEqualTo(1);
        assertThat(server.get("/api/v1/audit/verification").path("findings")).isEmpty();
        assertThat(eventsAfter(server, known, "rolled_back"))
            .as("a listener that comes back after a restart misses nothing")
            .isEqualTo(List.of(known + 1));
        assertThat(server.log()).doesNotContain("ERROR");
      }
    } finally {
      database.stop();
    }
  }

  /// The driver keeps what it is asked for the fifth time prepared; PostgreSQL refuses a prepared
  /// statement whose columns have become more.
  private static void keepPrepared(Server server) throws Exception {
    for (int i = 0; i < 12; i++) {
      server.put(MODEL + "/stages/production", "{\"version\":" + (1 + i % 2) + "}");
      readEverything(server);
    }
  }

  /// The id with which a stream of events begins.
  private static long newestEvent(Server server) throws Exception {
    try (Stream<String> lines = events(server, HttpRequest.newBuilder())) {
      return lines
          .filter(line -> line.startsWith("id:"))
          .mapToLong(NeighbourReleaseIT::id)
          .findFirst()
          .orElseThrow();
    }
  }

  /// The ids of the events after `known`, up to the first of `kind`.
  private static List<Long> eventsAfter(Server server, long known, String kind) throws Exception {
    List<Long> ids = new ArrayList<>();
    HttpRequest.Builder request =
        HttpRequest.newBuilder().header("Last-Event-ID", Long.toString(known));
    try (Stream<String> lines = events(server, request)) {
      lines
          .takeWhile(line -> !line.equals("event:" + kind))
          .filter(line -> line.startsWith("id:"))
          .forEach(line -> ids.add(id(line)));
    }
    return ids;
  }

  private static long id(String line) {
    return Long.parseLong(line.substring("id:".length()).strip());
  }

  private static Stream<String> events(Server server, HttpRequest.Builder request)
      throws Exception {
    HttpResponse<Stream<String>> answer =
        server
            .client()
            .send(request.uri(server.uri("/api/v1/events")).build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static void readEverything(Server server) throws Exception {
    for (String what : List.of("", "/versions", "/versions/1", "/history")) {
      server.get(MODEL + what);
    }
    server.get("/api/v1/models");
    server.get("/api/v1/keys");
    server.get("/api/v1/audit");
    server.get("/api/v1/replicas");
  }

  private static List<Path> migrations() throws IOException {
    try (var files = Files.list(Path.of("src", "main", "resources", "db", "migration"))) {
      return files.toList();
    }
  }

  /// What a release may do to the schema of the one before: a column more in every table, a table
  /// more, an index more.
  private static String oneStepAhead(Connection connection) throws SQLException {
    StringBuilder sql = new StringBuilder("create table of_the_next_release (n integer);\n");
    try (Statement statement = connection.createStatement();
        ResultSet tables =
            statement.executeQuery(
                "select table_name from information_schema.tables"
                    + " where table_schema = 'public' and table_name <> 'flyway_schema_history'")) {
      while (tables.next()) {
        sql.append("alter table ").append(tables.getString(1)).append(" add column next text;\n");
      }
    }
    return sql.append("create index of_the_next on model (next);\n").toString();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void publish(Server server, int version) throws Exception {
    server.post(
        MODEL + "/versions",
        "application/zip",
        Bundles.zip(Bundles.SAMPLES.resolve("customer/v" + version)));
    server.put(MODEL + "/stages/production", "{\"version\":" + version + "}");
  }

  /// Predicts until told to stop.
  private static final class Callers {
    private static final int CALLS_BEFORE = 50;

    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Callers(Server server) {
      for (int i = 0; i < 2; i++) {
        threads.add(Thread.ofPlatform().start(() -> call(server)));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> answered.get() >= CALLS_BEFORE || !failed.isEmpty());
    }

    private void call(Server server) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/models/customer-churn/predict"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"customer_id\":\"X\"}"))
              .build();
      while (!stopped) {
        try {
          HttpResponse<String> answer = server.client().send(request, BodyHandlers.ofString());
          if (answer.statusCode() == 200) {
            answered.incrementAndGet();
          } else {
            failed.add(answer.statusCode() + " " + answer.body());
          }
        } catch (IOException e) {
          failed.add(e.toString());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }

    Queue<String> stop() throws InterruptedException {
      stopped = true;
      for (Thread thread : threads) {
        thread.join();
      }
      return failed;
    }
  }
}
