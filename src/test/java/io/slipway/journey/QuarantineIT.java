package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model that takes the process down while it runs: the next start leaves it alone and serves all
/// others. The crash is a real one (SIGSEGV, in the middle of a run of the model).
class QuarantineIT {
  private static final String LOOP = "/models/loop/predict";
  private static final String CUSTOMER = "/models/customer-churn/predict";
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes();

  @TempDir Path temp;

  @Test
  void aVersionThatCrashesTheProcessIsLeftAloneAtTheNextStartAndTheOthersComeBack()
      throws Exception {
    Path data = temp.resolve("data");
    Map<String, String> settings = Map.of("SLIPWAY_SAMPLES_ENABLED", "false");
    Server server = Server.launch(data, settings);
    server.awaitReady();
    server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
    String digest =
        server.release("loop", Files.readAllBytes(Path.of("src/test/resources/onnx/loop.onnx")));
    assertThat(server.post(LOOP, "application/json", trips(3)).get("version").asInt()).isOne();

    server.client().sendAsync(request(server, LOOP, trips(1L << 40)), BodyHandlers.discarding());
    Path running = data.resolve("crash").resolve("running");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> HexFormat.of().formatHex(Files.readAllBytes(running)).contains(digest));
    server.crash();

    try (Server next = Server.launch(data, settings)) {
      next.awaitReady();
      assertThat(next.post(CUSTOMER, "application/json", ANYBODY).get("version").asInt()).isOne();
      HttpResponse<String> refused =
          next.client().send(request(next, LOOP, trips(3)), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("quarantine");
      assertThat(next.get("/q/health/ready").toString()).contains("quarantine");

      try (Stream<Path> files = Files.list(data.resolve("quarantine"))) {
        List<Path> there = files.toList();
        assertThat(there).singleElement().asString().endsWith(digest);
        Files.delete(there.getFirst());
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  next.client()
                          .send(request(next, LOOP, trips(3)), BodyHandlers.discarding())
                          .statusCode()
                      == 200);
    }
  }

  private static byte[] trips(long trips) {
    return ("{\"trips\":[" + trips + "],\"x\":[1.5]}").getBytes();
  }

  private static HttpRequest request(Server server, String path, byte[] body) {
    return HttpRequest.newBuilder(server.uri(path))
        .header("Content-Type", "application/json")
        .header("Slipway-Deadline-Ms", "60000")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }
}
