package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.process.DataFolder;
import io.slipway.process.database.EmbeddedDatabaseResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's first morning: an empty machine, the samples, a prediction of each; then a restart. The
/// environment variable `SLIPWAY_START_REPORT` names a file for the table of `docs/startup.md`.
class StartIT {
  private static final List<String> MODELS =
      List.of("customer-churn", "digit", "mail-spam", "movie-review");

  @TempDir Path temp;

  @Test
  void theSamplesAreServedAtTheFirstStartAndAtOnceAtTheSecond() throws Exception {
    Path data = temp.resolve("data");
    List<String> lines = new ArrayList<>();
    Map<String, String> samples =
        Map.of(
            "SLIPWAY_SAMPLES_ENABLED", "true", "SLIPWAY_SAMPLES_DIR", Bundles.SAMPLES.toString());
    long begun = System.nanoTime();
    try (Server server = Server.launchAsInProduction(data, samples)) {
      server.awaitReady();
      lines.add(row("first start, empty: to ready", begun));
      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> server.log().matches("(?s).*Try:.*curl -s http://127\\.0\\.0\\.1:.*"));
      lines.add(row("first start: to all samples checked, published and in production", begun));
      for (String model : MODELS) {
        predictsItsOwnExample(server, model, 2);
      }
    }
    begun = System.nanoTime();
    try (Server server = Server.launchAsInProduction(data, samples)) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> predicts(server));
      lines.add(row("second start: to the first prediction", begun));
      server.awaitReady();
      lines.add(row("second start: to ready, four models and their predecessors loaded", begun));
      for (String model : MODELS) {
        predictsItsOwnExample(server, model, 2);
      }
      lines.add(
          "| resident memory after that, the database aside | %d MB |"
              .formatted(server.residentBytes() / 1_000_000));
    }
    try (Stream<Path> runtimes = Files.list(data.resolve("native"))) {
      assertThat(runtimes).singleElement().asString().contains("onnxruntime-");
    }
    lines.forEach(System.out::println);
    String file = System.getenv("SLIPWAY_START_REPORT");
    if (file != null) {
      Files.write(Path.of(file), lines);
    }
  }

  @Test
  void aPortThatSomebodyElseHasIsSaidInOneSentenceAndNothingIsStarted() throws Exception {
    Path data = temp.resolve("data");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Server server =
            Server.launch(
                data, Map.of("QUARKUS_HTTP_PORT", Integer.toString(other.getLocalPort())))) {
      await().atMost(Duration.ofMinutes(1)).until(server::ended);
      assertThat(server.log())
          .contains("Port " + other.getLocalPort() + " of ")
          .contains(
              "stop the process that uses it, or choose another with --port or QUARKUS_HTTP_PORT")
          .hasLineCount(1);
      assertThat(data.resolve("postgres")).doesNotExist();
    }
  }

  @Test
  void aPortThatIsNoneIsSaidInOneSentence() throws Exception {
    for (String none : List.of("http", "70000")) {
      try (Server server = Server.launch(temp.resolve("data"), Map.of("QUARKUS_HTTP_PORT", none))) {
        await().atMost(Duration.ofMinutes(1)).until(server::ended);
        assertThat(server.log()).contains("QUARKUS_HTTP_PORT must be a port").hasLineCount(1);
      }
    }
  }

  @Test
  void aDatabaseThatDoesNotComeUpIsSaidWithoutATrace() throws Exception {
    Path folder = temp.resolve("data");
    try (DataFolder data = DataFolder.claim(folder)) {
      EmbeddedDatabaseResource.start(data).close();
    }
    try (Stream<Path> log = Files.list(folder.resolve("postgres/cluster/pg_wal"))) {
      for (Path segment : log.filter(Files::isRegularFile).toList()) {
        Files.delete(segment);
      }
    }
    try (Server server = Server.launch(folder, Map.of())) {
      await().atMost(Duration.ofMinutes(1)).until(server::ended);
      assertThat(server.log())
          .contains("pg_ctl of PostgreSQL failed")
          .contains("could not locate a valid checkpoint record")
          .doesNotContain("Exception")
          .doesNotContain("was not stopped");
    }
  }

  private static boolean predicts(Server server) throws InterruptedException {
    try {
      server.post(
          "/models/customer-churn/predict",
          "application/json",
          "{\"customer_id\":\"X\"}".getBytes());
      return true;
    } catch (IOException | AssertionError e) {
      return false;
    }
  }

  private static void predictsItsOwnExample(Server server, String model, int version)
      throws Exception {
    JsonNode served = server.get("/models/" + model);
    assertThat(served.get("version").asInt()).isEqualTo(version);
    JsonNode example = served.get("example");
    JsonNode answer =
        server.post(
            "/models/" + model + "/predict",
            example.get("content_type").asText(),
            Server.JSON.writeValueAsBytes(example.get("body")));
    assertThat(answer.get("output").get("label")).isEqualTo(example.get("output").get("label"));
  }

  private static String row(String name, long begun) {
    return String.format(Locale.ROOT, "| %s | %.1f s |", name, (System.nanoTime() - begun) / 1e9);
  }
}
