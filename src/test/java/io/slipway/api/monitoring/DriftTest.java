package io.slipway.api.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.api.Gateway;
import io.slipway.api.Gateway.Answer;
import io.slipway.bundle.BundleArchive;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.Promotion;
import io.slipway.serving.load.Promotions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Baselines and drift from the outside: what callers send is compared with the reference.
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class DriftTest {
  private static final Path CUSTOMER = Path.of("src/test/resources/bundles/customer-v1");
  private static final Path REFERENCE = Path.of("models-sample/customer/v1/reference.jsonl");

  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  @TempDir Path folder;

  private Answer publish(String model, List<String> reference) throws IOException {
    Path bundle = Files.createDirectory(folder.resolve("bundle"));
    Files.copy(CUSTOMER.resolve("model.onnx"), bundle.resolve("model.onnx"));
    Files.copy(CUSTOMER.resolve("examples.jsonl"), bundle.resolve("examples.jsonl"));
    String manifest = Files.readString(CUSTOMER.resolve("bundle.json"));
    if (!reference.isEmpty()) {
      Files.write(bundle.resolve("reference.jsonl"), reference);
      manifest =
          manifest.replaceFirst(
              "\"examples\"", "\"reference\": {\"file\": \"reference.jsonl\"}, \"examples\"");
    }
    Files.writeString(bundle.resolve("bundle.json"), manifest);
    Path zip = folder.resolve("bundle.zip");
    BundleArchive.pack(bundle, zip);
    return new Gateway(root)
        .post("/api/v1/models/" + model + "/versions", "application/zip", Files.readAllBytes(zip));
  }

  private void promote(String model) {
    promotions.promote(new Promotion(model, "production", 1, null, null, Caller.SYSTEM));
  }

  private static JsonNode named(JsonNode all, String name) {
    for (JsonNode one : all) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no " + name + " in " + all);
  }

  /// The report once it has `rows` objects.
  private static JsonNode report(Gateway gateway, String path, long rows) {
    JsonNode[] report = {null};
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              Answer answer = gateway.get(path);
              assertThat(answer.status()).as("%s", answer.json()).isEqualTo(200);
              report[0] = answer.json();
              assertThat(report[0].path("rows").asLong()).isEqualTo(rows);
            });
    return report[0];
  }

  @Test
  void aFieldInOtherUnitsIsShownAsDriftAndTheOthersAreNot() throws IOException {
    Gateway gateway = new Gateway(root);
    List<String> reference = Files.readAllLines(REFERENCE);
    assertThat(publish("drifting", reference).status()).isEqualTo(201);
    promote("drifting");
    Answer baseline = gateway.get("/api/v1/models/drifting/versions/1/baseline");
    assertThat(baseline.status()).isEqualTo(200);
    assertThat(baseline.json().path("rows").asInt()).isEqualTo(400);

    Instant begun = Instant.ofEpochMilli(System.currentTimeMillis()).minusSeconds(60);
    String range = "?from=" + begun + "&to=" + begun.plus(Duration.ofHours(1));
    String drift = "/api/v1/models/drifting/monitoring/drift";
    assertThat(report(gateway, drift, 0).path("state").asText()).isEqualTo("insufficient");
    // The plan of the version is made within a second of its loading.
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              gateway.json("/models/drifting/predict", reference.getFirst());
              return gateway.get(drift + range).json().path("rows").asLong() > 0;
            });
    long before = settled(gateway, drift + range);

    for (int i = 0; i < 400; i++) {
      String object = reference.get(i).replaceFirst("(\"monthly_charges\": [0-9.]+)", "$1e3");
      assertThat(gateway.json("/models/drifting/predict", object).status()).isEqualTo(200);
    }
    JsonNode found = report(gateway, drift + range, before + 400);
    assertThat(found.path("state").asText()).isEqualTo("drift");
    assertThat(found.path("fields").get(0).path("name").asText()).isEqualTo("monthly_charges");
    assertThat(found.path("fields").get(0).path("state").asText()).isEqualTo("drift");
    assertThat(found.path("fields").get(0).path("lower").asDouble()).isGreaterThan(0.1);
    assertThat(named(found.path("fields"), "contract").path("state").asText())
        .isIn("none", "insufficient");
    assertThat(named(found.path("fields"), "tenure_months").path("psi").asDouble())
        .isLessThan(0.02);
    JsonNode histogram = named(found.path("fields"), "monthly_charges").path("histogram");
    assertThat(histogram.path("window")).hasSize(histogram.path("edges").size() + 1);
    assertThat(named(found.path("hidden"), "customer_id").path("why").asText())
        .isEqualTo("identifier");
    assertThat(found.path("output").path("psi").isNumber()).isTrue();
    assertThat(found.toString()).doesNotContain("NaN");

    batchesAreAStratumOfTheirOwn(gateway, reference, drift + range, before + 400);
  }

  private static void batchesAreAStratumOfTheirOwn(
      Gateway gateway, List<String> reference, String drift, long calls) {
    String batch = "{\"instances\": [" + String.join(",", reference.subList(0, 150)) + "]}";
    assertThat(gateway.json("/models/drifting/predict", batch).status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> gateway.get(drift).json().path("strata").path("batches").asInt() == 150);
    assertThat(gateway.get(drift).json().path("rows").asLong()).isEqualTo(calls);
  }

  private static long settled(Gateway gateway, String path) {
    long[] last = {-1};
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(2_500))
        .until(
            () -> {
              long rows = gateway.get(path).json().path("rows").asLong();
              boolean same = rows == last[0];
              last[0] = rows;
              return same;
            });
    return last[0];
  }

  @Test
  void aFaultyReferenceIsRefusedWithItsLines() throws IOException {
    Answer answer = publish("misled", List.of("{\"customer_id\": 7}", "nothing"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("errors").findValuesAsText("pointer"))
        .containsExactly("reference.jsonl:1", "reference.jsonl:2");
  }

  @Test
  void aVersionWithoutAReferenceSaysSo() throws IOException {
    Gateway gateway = new Gateway(root);
    assertThat(publish("unwatched", List.of()).status()).isEqualTo(201);
    Answer baseline = gateway.get("/api/v1/models/unwatched/versions/1/baseline");
    assertThat(baseline.status()).isEqualTo(404);
    JsonNode report = gateway.get("/api/v1/models/unwatched/monitoring/drift").json();
    assertThat(report.path("baseline").isNull()).isTrue();
    assertThat(report.path("state").asText()).isEqualTo("insufficient");
    assertThat(report.path("reason").asText()).contains("no reference");
    for (String wrong : List.of("version=x", "from=yesterday", "version=0", "to=12")) {
      assertThat(gateway.get("/api/v1/models/unwatched/monitoring/drift?" + wrong).status())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(gateway.get("/api/v1/models/unwatched/monitoring/drift?version=9").status())
        .isEqualTo(404);
    assertThat(gateway.get("/api/v1/models/unwatchd/monitoring/drift").status()).isEqualTo(404);
  }
}
