package io.slipway.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.hostile.GreedyModels;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that have passed their trial and then want gigabytes for another input: that call is
/// refused, the process lives and stays within its bounds, and calls of other models, and right
/// calls of the same, go on.
class GreedIT {
  private static final String CUSTOMER = "/models/customer-churn/predict";
  private static final byte[] ANYBODY = "{\"customer_id\":\"X\"}".getBytes();
  private static final long MIB = 1 << 20;
  private static final long BOUND = 256 * MIB;

  @TempDir Path temp;

  @Test
  void aModelThatWantsGigabytesAtALaterRunHurtsNobodyElse() throws Exception {
    try (Server server =
        Server.launch(
            temp.resolve("data"),
            Map.of(
                "SLIPWAY_SAMPLES_ENABLED", "false",
                "SLIPWAY_SERVING_RUN_MEMORY", BOUND / MIB + "M",
                "SLIPWAY_SERVING_RUN_OUTPUT", "8M"))) {
      server.awaitReady();
      server.release("customer-churn", Bundles.SAMPLES.resolve("customer/v1"));
      server.release("sum", GreedyModels.sum());
      server.release("zeros", GreedyModels.zeros());
      assertThat(answer(server, "sum", 10)).startsWith("200 ");
      assertThat(answer(server, "zeros", 10)).startsWith("200 ");
      long before = server.mostResidentBytes();

      GoodTraffic others = new GoodTraffic(server, CUSTOMER, ANYBODY);
      try (others) {
        for (int i = 0; i < 3; i++) {
          for (long gigabytes : new long[] {1, 8, 4000}) {
            assertThat(answer(server, "sum", gigabytes * 250_000_000L))
                .startsWith("500 ")
                .contains(
                    "urn:slipway:problem:model-error",
                    "out of memory",
                    "slipway.serving.run-memory");
            assertThat(answer(server, "zeros", gigabytes * 250_000_000L))
                .startsWith("500 ")
                .contains(
                    "urn:slipway:problem:model-error",
                    "out of memory",
                    "slipway.serving.run-memory");
          }
          assertThat(answer(server, "zeros", 10_000_000))
              .startsWith("500 ")
              .contains("urn:slipway:problem:model-error", "slipway.serving.run-output");
          assertThat(answer(server, "sum", 40_000_000)).startsWith("200 ");
          assertThat(answer(server, "zeros", 10)).startsWith("200 ");
        }
      }
      assertThat(others.count()).isPositive();
      assertThat(others.failures()).isEmpty();
      assertThat(server.ended()).isFalse();
      assertThat(server.status("/q/health/ready")).isEqualTo(200);
      // Two models, and what the heap has grown meanwhile.
      assertThat(server.mostResidentBytes()).isLessThan(before + 2 * BOUND + 512 * MIB);
      assertThat(server.log()).doesNotContain("OutOfMemoryError");
    }
  }

  /// The status and the body.
  private static String answer(Server server, String model, long x)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/models/" + model + "/predict"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"x\": [" + x + "]}"))
                .build());
    return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }
}
