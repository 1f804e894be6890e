package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model with a run that never ends, which no order to stop reaches: ONNX Runtime's DFT over a
/// dimension of 1. The graph slices its input to that where the code is 666.
class StuckRunIT {
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes(StandardCharsets.UTF_8);
  private static final String CUSTOMER = "/models/customer-churn/predict";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "SLIPWAY_SAMPLES_ENABLED", "false",
          "SLIPWAY_SERVING_THREADS", "2",
          "SLIPWAY_SERVING_THREADS_PER_MODEL", "2",
          "SLIPWAY_SERVING_DEADLINE", "1s",
          "SLIPWAY_SERVING_STUCK_AFTER", "1s",
          "SLIPWAY_SERVING_STUCK_AT_MOST", "2",
          "SLIPWAY_OPS_DRAIN_AT_MOST", "1s");

  @TempDir Path temp;

  @Test
  void runsThatNeverEndCostTheirVersionAndTheirThreadsAndAtLastTheProcessWhichComesBack()
      throws Exception {
    Path data = temp.resolve("data");
    byte[] graph = Files.readAllBytes(Path.of("src/test/resources/onnx/endless-by-value.onnx"));
    try (Server server = Server.launch(data, SETTINGS)) {
      server.awaitReady();
      server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
      server.release("slow", graph);
      server.release("brief", brief(temp.resolve("brief"), graph));

      twoRunsThatNeverEnd(server);
      await().atMost(Duration.ofSeconds(20)).until(() -> metric(server, "kind=\"worker\"") == 2);
      assertThat(metric(server, "slipway_predict_stuck_runs_total{model=\"slow\"")).isEqualTo(2);
      assertThat(server.post(CUSTOMER, "application/json", ANYBODY).get("version").asInt()).isOne();
      HttpResponse<String> refused = ask(server, "slow", 0);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("not-ready", "quarantine");
      assertThat(server.get("/q/health/ready").toString())
          .contains("slow/1", "quarantine", "2 of at most 2", "does not move by itself");
      assertThat(server.log()).contains("stuck model=slow version=1");
      assertThat(server.send(delete(server, "/api/v1/models/slow?force=true")).statusCode())
          .isLessThan(300);

      // On an event loop, where the machine has let one of the examples be quick.
      askLater(server, "brief", 666);
      assertThat(server.awaitEnd(Duration.ofSeconds(40))).as(server.log()).isEqualTo(75);
      assertThat(server.log()).contains("this process must exit and be restarted");
    }

    try (Server next = Server.launch(data, SETTINGS)) {
      next.awaitReady();
      assertThat(next.log())
          .doesNotContain("The previous process was killed", "left by an earlier process");
      assertThat(next.post(CUSTOMER, "application/json", ANYBODY).get("version").asInt()).isOne();
      assertThat(ask(next, "brief", 0).statusCode()).isEqualTo(503);
      assertThat(next.get("/q/health/ready").toString()).contains("brief/1", "quarantine");
    }
  }

  /// Each is answered at its deadline, and others are answered meanwhile.
  private static void twoRunsThatNeverEnd(Server server) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> endless =
        List.of(askLater(server, "slow", 666), askLater(server, "slow", 666));
    for (CompletableFuture<HttpResponse<String>> answer : endless) {
      assertThat(answer.get().statusCode()).isEqualTo(504);
    }
  }

  private static HttpResponse<String> ask(Server server, String model, int code)
      throws IOException, InterruptedException {
    return server.client().send(request(server, model, code), BodyHandlers.ofString());
  }

  private static CompletableFuture<HttpResponse<String>> askLater(
      Server server, String model, int code) {
    return server.client().sendAsync(request(server, model, code), BodyHandlers.ofString());
  }

  private static HttpRequest request(Server server, String model, int code) {
    return HttpRequest.newBuilder(server.uri("/models/" + model + "/predict"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(object(code)))
        .build();
  }

  private static String object(int code) {
    return "{\"code\":[" + code + "],\"x\":[[[1,1],[1,1]]]}";
  }

  private static HttpRequest delete(Server server, String path) {
    return HttpRequest.newBuilder(server.uri(path)).DELETE().build();
  }

  /// The sum of the samples whose line holds `part`; -1 where there is none.
  private static double metric(Server server, String part)
      throws IOException, InterruptedException {
    HttpResponse<String> scrape =
        server
            .client()
            .send(HttpRequest.newBuilder(server.uri("/metrics")).build(), BodyHandlers.ofString());
    return scrape
        .body()
        .lines()
        .filter(line -> line.contains(part) && !line.startsWith("#"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElse(-1);
  }

  /// A bundle of the same graph, with examples enough to show that it is brief.
  private static Path brief(Path folder, byte[] graph) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("model.onnx"), graph);
    Files.writeString(
        folder.resolve("bundle.json"),
        """
        {"format": "slipway/1", "model": {"name": "brief", "file": "model.onnx"},
         "input": {"object": "tensors"}, "output": {"kind": "tensors"},
         "examples": {"file": "examples.jsonl"}}
        """);
    String example = "{\"object\": %s, \"output\": {\"y\": [[[1],[0]]]}}\n";
    Files.writeString(
        folder.resolve("examples.jsonl"),
        IntStream.range(0, 200)
            .mapToObj(code -> example.formatted(object(code)))
            .collect(Collectors.joining()));
    return folder;
  }
}
