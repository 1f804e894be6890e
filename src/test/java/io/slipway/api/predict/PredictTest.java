package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.api.Gateway;
import io.slipway.api.Gateway.Answer;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.serving.load.Promotions;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The predict door on real bundles, from the outside.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class PredictTest {
  private static final List<String> BUNDLES =
      List.of("customer-v1", "review-v1", "mail-v1", "image-v1");

  private static final String CUSTOMER = "/models/p-customer-v1/predict";

  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private Gateway gateway;

  @BeforeEach
  void publish() {
    gateway = new Gateway(root);
    for (String bundle : BUNDLES) {
      if (gateway.get("/models/p-" + bundle).status() != 200) {
        ModelVersion version = Bundles.register(registry, "p-" + bundle, bundle);
        promotions.promote(
            new Promotion(
                "p-" + bundle, "production", version.number(), null, null, Caller.SYSTEM));
      }
    }
  }

  private static void assertSame(JsonNode actual, JsonNode expected) {
    assertThat(actual.path("label").asText()).isEqualTo(expected.path("label").asText());
    expected
        .path("probabilities")
        .properties()
        .forEach(
            p ->
                assertThat(actual.path("probabilities").path(p.getKey()).asDouble())
                    .isCloseTo(p.getValue().asDouble(), within(2e-5)));
  }

  private static String object(int example) {
    return Gateway.examples(Bundles.folder("customer-v1")).get(example).get("object").toString();
  }

  @Test
  void oneObjectIsAnsweredAsPromisedWithTheVersionInTheHeaders() {
    JsonNode example = Gateway.examples(Bundles.folder("customer-v1")).getFirst();

    Answer answer = gateway.json(CUSTOMER, example.get("object").toString());

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().properties().stream().map(p -> p.getKey()))
        .containsExactly("model", "version", "prediction_id", "output");
    assertThat(answer.json().get("model").asText()).isEqualTo("p-customer-v1");
    assertThat(answer.json().get("version").asInt()).isEqualTo(1);
    assertThat(answer.json().get("prediction_id").asText())
        .matches("[A-Za-z0-9_][A-Za-z0-9_-]{21}");
    assertSame(answer.json().get("output"), example.get("output"));
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Slipway-Model-Version")).isEqualTo("1");
    assertThat(answer.header("Slipway-Model-Digest"))
        .isEqualTo(Bundles.open("customer-v1").digest().toString());
    assertThat(answer.header("Server-Timing"))
        .matches(
            "queue;dur=\\d+\\.\\d{3}, preprocess;dur=\\d+\\.\\d{3}, inference;dur=\\d+\\.\\d{3},"
                + " postprocess;dur=\\d+\\.\\d{3}");
  }

  @Test
  void everyGoldenExampleOfEveryKindOfObjectComesOutAsTheTrainingLibraryComputedIt()
      throws Exception {
    for (String bundle : BUNDLES) {
      for (JsonNode example : Gateway.examples(Bundles.folder(bundle))) {
        JsonNode object = example.get("object");
        String path = "/models/p-" + bundle + "/predict";
        Answer answer;
        if (object.size() == 1 && object.has("file")) {
          String file = object.get("file").asText();
          byte[] raw = Files.readAllBytes(Bundles.folder(bundle).resolve(file));
          answer = gateway.post(path, mediaType(file), raw);
          String member = bundle.startsWith("mail") ? "raw_base64" : "image_base64";
          Answer asJson =
              gateway.json(
                  path, "{\"" + member + "\":\"" + Base64.getEncoder().encodeToString(raw) + "\"}");
          assertThat(asJson.json().get("output")).isEqualTo(answer.json().get("output"));
        } else {
          answer = gateway.json(path, object.toString());
        }
        assertThat(answer.status()).as("%s %s", bundle, answer.json()).isEqualTo(200);
        assertSame(answer.json().get("output"), example.get("output"));
      }
    }
  }

  private static String mediaType(String file) {
    return switch (file.substring(file.lastIndexOf('.') + 1)) {
      case "eml" -> "message/rfc822";
      case "jpg" -> "image/jpeg";
      case String suffix -> "image/" + suffix;
    };
  }

  @Test
  void aBatchIsAnsweredInOrderByOneVersionWithDistinctIds() {
    List<JsonNode> examples = Gateway.examples(Bundles.folder("customer-v1"));
    String body =
        examples.stream()
            .map(e -> e.get("object").toString())
            .collect(Collectors.joining(",", "{\"instances\":[", "]}"));

    Answer answer = gateway.json(CUSTOMER, body);

    assertThat(answer.status()).isEqualTo(200);
    JsonNode predictions = answer.json().get("predictions");
    assertThat(predictions).hasSize(examples.size());
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < examples.size(); i++) {
      assertSame(predictions.get(i).get("output"), examples.get(i).get("output"));
      ids.add(predictions.get(i).get("prediction_id").asText());
    }
    assertThat(ids).hasSize(examples.size());
  }

  @Test
  void everyBrokenFieldIsListedWithAPointerIntoTheRequest() {
    Answer single = gateway.json(CUSTOMER, "{\"customer_id\":5,\"tenure\":1}");
    Answer batch =
        gateway.json(
            CUSTOMER,
            "{\"instances\":[" + object(0) + ",{\"customer_id\":5,\"monthly_charges\":\"abc\"}]}");

    assertThat(single.status()).isEqualTo(422);
    assertThat(single.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(single.json().get("type").asText()).isEqualTo("urn:slipway:problem:invalid-input");
    assertThat(single.json().get("instance").asText()).isEqualTo(CUSTOMER);
    assertThat(single.json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/customer_id", "/tenure");
    assertThat(batch.status()).isEqualTo(422);
    assertThat(batch.json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/instances/1/customer_id", "/instances/1/monthly_charges");
  }

  @Test
  void aPartialBatchHasAProblemInThePlaceOfTheBadObject() {
    Answer answer =
        gateway.json(
            CUSTOMER + "?on_error=partial",
            "{\"instances\":[" + object(0) + ",{\"customer_id\":5}," + object(1) + "]}");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode predictions = answer.json().get("predictions");
    assertThat(predictions).hasSize(3);
    assertThat(predictions.get(0).has("output")).isTrue();
    assertThat(predictions.get(1).get("problem").get("status").asInt()).isEqualTo(422);
    assertThat(predictions.get(1).findValuesAsText("pointer"))
        .containsExactly("/instances/1/customer_id");
    assertThat(predictions.get(2).has("output")).isTrue();
  }

  @Test
  void whatIsNotAcceptedIsSaidWithWhatIs() {
    Answer wrong = gateway.post(CUSTOMER, "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
    Answer image = gateway.post("/models/p-image-v1/predict", "image/tiff", new byte[10]);

    assertThat(wrong.status()).isEqualTo(415);
    assertThat(wrong.json().get("detail").asText()).contains("application/json");
    assertThat(image.status()).isEqualTo(415);
    assertThat(image.header("Accept-Post")).contains("image/png", "application/x-ndjson");
    assertThat(gateway.post(CUSTOMER, "application/json; charset=utf-16", new byte[2]).status())
        .isEqualTo(415);
  }

  @Test
  void malformedRequestsAreTheCallersFault() {
    assertThat(gateway.json(CUSTOMER, "{\"customer_id\":").status()).isEqualTo(400);
    assertThat(gateway.json(CUSTOMER, "").status()).isEqualTo(400);
    assertThat(gateway.json(CUSTOMER + "?on_error=maybe", object(0)).status()).isEqualTo(400);
    assertThat(gateway.json(CUSTOMER, object(0), "Slipway-Deadline-Ms", "soon").status())
        .isEqualTo(400);
    assertThat(gateway.json(CUSTOMER, object(0), "Slipway-Deadline-Ms", "-1").status())
        .isEqualTo(400);
    assertThat(
            gateway.post("/models/p-image-v1/predict", "image/png", new byte[] {1, 2, 3}).status())
        .isEqualTo(422);
  }

  @Test
  void unknownNamesAreNotFoundAndEmptyStagesNotReady() {
    assertThat(gateway.json("/models/nobody/predict", "{}").status()).isEqualTo(404);
    assertThat(gateway.json("/models/p-customer-v1/versions/99/predict", "{}").status())
        .isEqualTo(404);
    assertThat(gateway.json("/models/p-customer-v1/versions/one/predict", "{}").status())
        .isEqualTo(404);
    assertThat(gateway.json("/models/p-customer-v1/aliases/champion/predict", "{}").status())
        .isEqualTo(404);
    assertThat(gateway.json("/models/p-customer-v1/stages/nowhere/predict", "{}").status())
        .isEqualTo(404);
    Answer empty = gateway.json("/models/p-customer-v1/stages/staging/predict", object(0));
    assertThat(empty.status()).isEqualTo(503);
    assertThat(empty.header("Retry-After")).isNotEmpty();
    assertThat(empty.json().get("type").asText()).isEqualTo("urn:slipway:problem:not-ready");
  }

  @Test
  void otherMethodsAreNotAllowed() {
    Answer answer = gateway.send(gateway.request(CUSTOMER).GET().build());

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("OPTIONS, POST");
    assertThat(answer.json().get("type").asText())
        .isEqualTo("urn:slipway:problem:method-not-allowed");
  }

  @Test
  void stagesAreFoundInAnyCase() {
    assertThat(gateway.json("/models/p-customer-v1/stages/Production/predict", object(0)).status())
        .isEqualTo(200);
  }

  @Test
  void aVersionThatNobodyWantsIsLoadedWhenItIsAskedForByNumber() {
    ModelVersion version = Bundles.register(registry, "p-lonely", "customer-v1");

    Answer answer =
        gateway.json("/models/p-lonely/versions/" + version.number() + "/predict", object(0));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().get("version").asInt()).isEqualTo(version.number());
    assertThat(gateway.json("/models/p-lonely/predict", object(0)).status()).isEqualTo(503);
  }

  @Test
  void aBodyOverTheLimitIsRefusedBeforeItIsRead() throws Exception {
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              head(CUSTOMER, "application/json", "Content-Length: 17000000")
                  .getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 413 ").contains("urn:slipway:problem:too-large");
    }
  }

  @Test
  void aChunkedBodyIsCountedWhileItIsReadAndTheConnectionClosed() throws Exception {
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              head("/models/p-image-v1/predict", "image/png", "Transfer-Encoding: chunked")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] chunk =
          ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 11; i++) {
        socket.getOutputStream().write(chunk);
      }

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 413 ").contains("onnection: close");
    }
  }

  private String head(String path, String type, String length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: "
        + root.getAuthority()
        + "\r\nContent-Type: "
        + type
        + "\r\n"
        + length
        + "\r\n\r\n";
  }

  @Test
  void aCallerWhoWaitsForPermissionToSendGetsIt() throws Exception {
    Answer answer =
        gateway.send(
            gateway
                .request(CUSTOMER)
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(object(0)))
                .build());

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void moreInstancesThanTheLimitAreTooLarge() {
    String body =
        IntStream.rangeClosed(0, 10_000)
            .mapToObj(_ -> "{\"customer_id\":\"X\"}")
            .collect(Collectors.joining(",", "{\"instances\":[", "]}"));

    assertThat(gateway.json(CUSTOMER, body).status()).isEqualTo(413);
  }

  @Test
  void theDescriptionsExampleCanBePredictedOnAsItStands() {
    for (String bundle : BUNDLES) {
      Answer described = gateway.get("/models/p-" + bundle);

      assertThat(described.status()).isEqualTo(200);
      assertThat(described.json().at("/stages/production").asInt()).isEqualTo(1);
      assertThat(described.json().at("/input_schema/$schema").asText()).contains("2020-12");
      Answer answer =
          gateway.json(
              "/models/p-" + bundle + "/predict", described.json().at("/example/body").toString());
      assertThat(answer.status()).as("%s %s", bundle, answer.json()).isEqualTo(200);
      assertSame(answer.json().get("output"), described.json().at("/example/output"));
      assertThat(described.json().at("/example/curl").asText())
          .startsWith("curl -s " + root + "models/p-" + bundle + "/predict ");
    }
    assertThat(gateway.get("/models/nobody").status()).isEqualTo(404);
    assertThat(gateway.get("/models").json().findValuesAsText("model"))
        .contains("p-customer-v1", "p-image-v1");
  }

  private String scrape() throws IOException {
    try (InputStream in = root.resolve("/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// How many requests have ended so, by the labels in their order.
  private double requests(String model, String outcome, String stage, String version)
      throws IOException {
    String series =
        "slipway_predict_requests_total{model=\"%s\",outcome=\"%s\",stage=\"%s\",version=\"%s\"} "
            .formatted(model, outcome, stage, version);
    return scrape()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  @Test
  void metricsAreClassicTextUnlessOpenMetricsIsPreferredAndCompressedWhereAsked()
      throws IOException {
    String open = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Map<String, String> formats =
        Map.of(
            "*/*", "text/plain",
            "text/plain", "text/plain",
            "application/json, text/plain;q=0.9, application/openmetrics-text;q=0.1", "text/plain",
            "application/openmetrics-text;q=0.5, */*;q=0.1", open);
    for (var format : formats.entrySet()) {
      URLConnection scrape = root.resolve("/metrics").toURL().openConnection();
      scrape.setRequestProperty("Accept", format.getKey());
      scrape.setRequestProperty("Accept-Encoding", "gzip");
      assertThat(scrape.getContentType()).as(format.getKey()).startsWith(format.getValue());
      assertThat(scrape.getContentEncoding()).isEqualTo("gzip");
      try (InputStream in = new GZIPInputStream(scrape.getInputStream())) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("# TYPE slipway_model_loaded gauge");
      }
    }
    URLConnection plain = root.resolve("/metrics").toURL().openConnection();
    plain.setRequestProperty("Accept-Encoding", "gzip;q=0");
    assertThat(plain.getContentEncoding()).isNull();
    plain.getInputStream().close();
  }

  /// A server at the limit of label sets exports a thousand versions.
  @Test
  void aLoadedVersionTakesAtMostEightKilobytesOfAScrape() throws Exception {
    gateway.json(CUSTOMER, object(0));
    gateway.json(CUSTOMER, "{\"customer_id\":5,\"made_up_by_a_caller\":1}");

    List<String> lines =
        scrape()
            .lines()
            .filter(line -> line.contains("model=\"p-customer-v1\""))
            .filter(line -> line.contains("version=\"1\""))
            .toList();

    assertThat(lines).hasSizeGreaterThan(50);
    assertThat(lines.stream().mapToInt(line -> line.length() + 1).sum())
        .as(String.join("\n", lines))
        .isLessThanOrEqualTo(8_000);
  }

  @Test
  void countersThatAlertsReadExistBeforeTheirFirstEvent() throws IOException {
    String version = "model=\"p-image-v1\",";
    String scrape = scrape();
    for (String outcome :
        List.of(
            "ok",
            "invalid_input",
            "overloaded",
            "deadline",
            "not_ready",
            "model_error",
            "internal")) {
      assertThat(scrape)
          .contains(
              "slipway_predict_requests_total{"
                  + version
                  + "outcome=\"%s\",stage=\"production\",version=\"1\"}".formatted(outcome));
    }
    for (String kind : List.of("nan", "inf", "shape")) {
      assertThat(scrape).contains("slipway_output_invalid_total{kind=\"" + kind + "\"," + version);
    }
    assertThat(scrape).contains("slipway_predict_stuck_runs_total{" + version);
  }

  @Test
  void aCallThatIsRefusedUnreadIsCountedAllTheSame() throws Exception {
    String model = "p-customer-v1";
    double malformed = requests(model, "malformed", "production", "1");
    double tooLarge = requests(model, "too_large", "production", "1");
    double others = requests("_other", "malformed", "none", "_other");

    assertThat(gateway.post(CUSTOMER, "text/x-unknown", new byte[1]).status()).isEqualTo(415);
    assertThat(gateway.json(CUSTOMER + "?on_error=maybe", object(0)).status()).isEqualTo(400);
    assertThat(statusOfDeclared(1L << 35)).isEqualTo("HTTP/1.1 413");
    assertThat(gateway.json("/models/nobody-knows/predict", "{}").status()).isEqualTo(404);

    assertThat(requests(model, "malformed", "production", "1") - malformed).isEqualTo(2);
    assertThat(requests(model, "too_large", "production", "1") - tooLarge).isOne();
    assertThat(requests("_other", "malformed", "none", "_other") - others).isOne();
    assertThat(scrape()).doesNotContain("nobody-knows");
  }

  /// The status of a call whose body is said to have `length` bytes, of which none comes.
  private String statusOfDeclared(long length) throws IOException {
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      String head = head(CUSTOMER, "application/json", "Content-Length: " + length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void everyMetricOfOursSaysWhatItIs() throws Exception {
    assertThat(scrape().lines().filter(line -> line.startsWith("# HELP slipway_")))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.strip().split(" ", 4).length == 4);
  }

  @Test
  void whatHappensIsCountedAndHealthIsUp() throws Exception {
    gateway.json(CUSTOMER, object(0));
    gateway.json(CUSTOMER, "{\"customer_id\":5,\"made_up_by_a_caller\":1}");
    gateway.get("/models");
    String scrape = scrape();

    assertThat(scrape)
        .contains(
            "slipway_predict_requests_total{model=\"p-customer-v1\",outcome=\"ok\",stage=\"production\",version=\"1\"}",
            "slipway_predict_duration_seconds_bucket{model=\"p-customer-v1\",version=\"1\",le=\"5.0E-4\"}",
            "slipway_predict_phase_duration_seconds_bucket{model=\"p-customer-v1\",phase=\"inference\"",
            "slipway_input_violations_total{field=\"customer_id\",model=\"p-customer-v1\",rule=\"wrong_type\",version=\"1\"}",
            "slipway_input_violations_total{field=\"_other\",model=\"p-customer-v1\",rule=\"unknown_field\",version=\"1\"}",
            "slipway_predict_batch_size_bucket",
            "http_server_requests_seconds_count{method=\"GET\",outcome=\"SUCCESS\",status=\"200\",uri=\"/models\"}",
            "slipway_predict_in_flight{model=\"p-customer-v1\"}",
            "slipway_predict_queue_depth{model=\"p-customer-v1\"}",
            "slipway_model_loaded{model=\"p-customer-v1\",version=\"1\"} 1.0",
            "slipway_model_memory_bytes{model=\"p-customer-v1\",version=\"1\"}",
            "slipway_model_load_duration_seconds_bucket",
            "slipway_stage_info{model=\"p-customer-v1\",stage=\"production\",version=\"1\"} 1.0",
            "slipway_stage_change_duration_seconds_bucket{action=\"promote\"")
        .doesNotContain("made_up_by_a_caller")
        .doesNotContain("/predict\"");
    assertThat(gateway.get("/q/health/live").json().get("status").asText()).isEqualTo("UP");
    assertThat(gateway.get("/q/health/started").json().get("status").asText()).isEqualTo("UP");
    assertThat(gateway.get("/q/health/ready").json().get("status").asText()).isEqualTo("UP");
    assertThat(gateway.get("/q/health/group/promoted").json().at("/checks/0/name").asText())
        .isEqualTo("every promoted version is loaded");
  }

  @Test
  void theDoorIsInTheOpenApiDocument() {
    JsonNode document = gateway.get("/q/openapi?format=json").json();

    assertThat(document.at("/paths/~1models~1{model}~1predict/post/operationId").asText())
        .isNotEmpty();
    assertThat(document.at("/paths/~1api~1v1~1models/get").isMissingNode())
        .as("the registry's paths are there as well")
        .isFalse();
  }
}
