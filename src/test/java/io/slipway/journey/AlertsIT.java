package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a real Prometheus makes of the metrics by the shipped rules: the first time that something
/// happens is seen, too.
class AlertsIT {
  private static final String MODEL = "logarithm";
  private static final String INVALID =
      "slipway_output_invalid_total{model=\"" + MODEL + "\",kind=\"nan\"}";
  private static final String MOVES =
      "slipway_stage_changes_total{model=\"" + MODEL + "\",action=\"promote\"}";

  @TempDir Path temp;

  /// A bundle that gives NaN for a negative number.
  private byte[] bundle(String card) throws IOException {
    Path folder = Files.createTempDirectory(temp, "logarithm");
    Files.copy(
        Path.of("src", "test", "resources", "onnx", "sum.onnx"), folder.resolve("model.onnx"));
    Files.writeString(folder.resolve("README.md"), card);
    Files.writeString(
        folder.resolve("bundle.json"),
        """
        {"format": "slipway/1",
         "model": {"name": "logarithm", "file": "model.onnx"},
         "input": {"object": "record", "fields": [{"name": "x", "type": "number"},
             {"name": "a", "type": "number"}, {"name": "b", "type": "number"}]},
         "preprocessing": [{"op": "number", "in": ["x", "a", "b"]}, {"op": "log", "in": "x"},
                           {"op": "concat", "in": ["x", "a", "b"], "out": "features"}],
         "tensors": [{"name": "x", "from": "features", "dtype": "float32", "shape": [-1, 3]}],
         "output": {"kind": "value", "name": "log", "tensor": "y"},
         "examples": {"file": "examples.jsonl"}}
        """);
    Files.writeString(
        folder.resolve("examples.jsonl"),
        "{\"object\": " + object(1) + ", \"output\": {\"log\": 0}}\n");
    return Bundles.zip(folder);
  }

  private static String object(int x) {
    return "{\"x\":%d,\"a\":0,\"b\":0}".formatted(x);
  }

  private void publish(Server server, String card) throws Exception {
    server.post("/api/v1/models/" + MODEL + "/versions", "application/zip", bundle(card));
  }

  private static void promote(Server server, int version) throws Exception {
    server.put("/api/v1/models/" + MODEL + "/stages/production", "{\"version\":" + version + "}");
  }

  private static int predict(Server server, String object) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/models/" + MODEL + "/predict"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(object))
            .build();
    return server.send(request).statusCode();
  }

  private Prometheus watch(Server server, String name) throws IOException {
    return Prometheus.start(temp.resolve(name), "127.0.0.1:" + server.uri("/").getPort());
  }

  private static void awaitTrue(Prometheus prometheus, String expression) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> !prometheus.ask("query", expression).path("result").isEmpty());
  }

  private Server serve() {
    Server server = Server.launch(temp.resolve("data"), Map.of("SLIPWAY_SAMPLES_ENABLED", "false"));
    server.awaitReady();
    return server;
  }

  @Test
  void theFirstOfItsKindIsSeen() throws Exception {
    assumeTrue(System.getenv("CI") != null || Prometheus.isHere(), "there is no Prometheus");
    Files.createDirectories(temp.resolve("data"));
    try (Server server = serve();
        Prometheus prometheus = watch(server, "first")) {
      publish(server, "the first");
      publish(server, "the second");
      awaitTrue(prometheus, "count_over_time(" + MOVES + "[1m]) > 2");
      promote(server, 1);
      awaitTrue(prometheus, "increase(" + MOVES + "[1m]) > 0");

      assertThat(predict(server, object(1))).isEqualTo(200);
      awaitTrue(prometheus, "count_over_time(" + INVALID + "[1m]) > 5");
      JsonNode quiet = prometheus.ask("query", "ALERTS{alertname=\"OutputInvalid\"}");
      assertThat(quiet.path("result")).isEmpty();
      for (int i = 0; i < 30; i++) {
        assertThat(predict(server, object(-1))).isEqualTo(500);
      }
      awaitTrue(
          prometheus,
          "ALERTS{alertname=\"OutputInvalid\",alertstate=\"firing\",model=\"" + MODEL + "\"}");
    }
    try (Server server = serve();
        Prometheus prometheus = watch(server, "second")) {
      awaitTrue(prometheus, "count_over_time(" + MOVES + "[1m]) > 2");
      promote(server, 2);
      awaitTrue(prometheus, "increase(" + MOVES + "[1m]) > 0");
    }
  }
}
