package io.slipway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.RequestCount;
import io.slipway.bundle.BundleArchive;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registration;
import io.slipway.registry.Registry;
import io.slipway.registry.Upload;
import io.slipway.serving.Selector;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// TensorFlow Serving's REST, KServe V1 and SageMaker, from the outside; what they answer is
/// compared with the reference outputs of the bundles.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class PeersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Inject Registry registry;
  @Inject Promotions promotions;
  @Inject ServingTable table;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/")
  URI root;

  private record Answer(int status, String type, byte[] body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new AssertionError(text(), e);
      }
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void publish() throws IOException {
    for (String bundle : List.of("customer-v1", "mail-v1", "image-v1")) {
      if (table.peek("peer-" + bundle, Selector.PRODUCTION) == null) {
        promote(Bundles.register(registry, "peer-" + bundle, bundle));
      }
    }
    onnx("peer-pair", "pair");
    onnx("peer-text", "identity-string");
  }

  private void onnx(String model, String file) throws IOException {
    if (table.peek(model, Selector.PRODUCTION) != null) {
      return;
    }
    Path path = Path.of("src", "test", "resources", "onnx", file + ".onnx");
    try (InputStream body = Files.newInputStream(path)) {
      var done =
          registry.register(
              Upload.streamed(model, body, Upload.Kind.ONNX, false, null, Caller.SYSTEM));
      promote(((Registration.Created) done).version());
    }
  }

  private void promote(ModelVersion version) {
    promotions.promote(
        new Promotion(version.model(), "production", version.number(), null, null, Caller.SYSTEM));
  }

  private Answer get(String path) {
    return send(HttpRequest.newBuilder(root.resolve(path)).GET());
  }

  private Answer post(String path, String json) {
    return post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private Answer post(String path, String type, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(
          answer.statusCode(),
          answer.headers().firstValue("Content-Type").orElse(""),
          answer.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> examples(String bundle) {
    try {
      return Files.readAllLines(Bundles.folder(bundle).resolve("examples.jsonl")).stream()
          .filter(line -> !line.isBlank())
          .map(PeersTest::parsed)
          .limit(5)
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }

  private static void assertSame(JsonNode actual, JsonNode expected) {
    assertThat(actual.path("label")).isEqualTo(expected.path("label"));
    expected
        .path("probabilities")
        .properties()
        .forEach(
            p ->
                assertThat(actual.path("probabilities").path(p.getKey()).doubleValue())
                    .isCloseTo(
                        p.getValue().doubleValue(), org.assertj.core.api.Assertions.within(2e-5)));
  }

  private static ObjectNode instances(List<JsonNode> examples) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode rows = body.putArray("instances");
    examples.forEach(example -> rows.add(example.get("object")));
    return body;
  }

  @Test
  void recordsGoInByRowAndComeOutAsTheTrainingLibraryComputedThem() {
    List<JsonNode> examples = examples("customer-v1");
    for (String version : List.of("", "/versions/1", "/labels/production")) {
      Answer answer =
          post(
              "/v1/models/peer-customer-v1" + version + ":predict", instances(examples).toString());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.json().get("predictions")).hasSize(examples.size());
      for (int i = 0; i < examples.size(); i++) {
        assertSame(answer.json().get("predictions").get(i), examples.get(i).get("output"));
      }
    }
  }

  @Test
  void recordsGoInByColumnAndComeOutByColumn() {
    List<JsonNode> examples = examples("customer-v1");
    ObjectNode body = JSON.createObjectNode();
    ObjectNode columns = body.put("signature_name", "serving_default").putObject("inputs");
    for (JsonNode example : examples) {
      example
          .get("object")
          .properties()
          .forEach(f -> columns.withArray("/" + f.getKey()).add(f.getValue()));
    }
    Answer answer = post("/v1/models/peer-customer-v1:predict", body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode outputs = answer.json().get("outputs");
    for (int i = 0; i < examples.size(); i++) {
      JsonNode expected = examples.get(i).get("output");
      assertThat(outputs.get("label").get(i).get(0)).isEqualTo(expected.get("label"));
      assertThat(outputs.get("probabilities").get(i).get(1).doubleValue())
          .isCloseTo(
              expected.get("probabilities").get("churn").doubleValue(),
              org.assertj.core.api.Assertions.within(2e-5));
    }
  }

  @Test
  void classesComeWithTheirScoresAndTheContextHolds() {
    JsonNode example = examples("customer-v1").getFirst();
    ObjectNode object = example.get("object").deepCopy();
    ObjectNode body = JSON.createObjectNode();
    body.putObject("context").set("contract", object.remove("contract"));
    body.putArray("examples").add(object);
    Answer answer = post("/v1/models/peer-customer-v1:classify", body.toString());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode churn = answer.json().get("results").get(0).get(1);
    assertThat(churn.get(0).asText()).isEqualTo("churn");
    assertThat(churn.get(1).doubleValue())
        .isCloseTo(
            example.get("output").get("probabilities").get("churn").doubleValue(),
            org.assertj.core.api.Assertions.within(2e-5));
    assertThat(post("/v1/models/peer-customer-v1:regress", body.toString()).status())
        .isEqualTo(400);
  }

  @Test
  void mailsAndImagesGoInAsBytes() throws IOException {
    for (String bundle : List.of("mail-v1", "image-v1")) {
      JsonNode example = examples(bundle).getFirst();
      byte[] bytes =
          Files.readAllBytes(Bundles.folder(bundle).resolve(example.at("/object/file").asText()));
      String b64 = Base64.getEncoder().encodeToString(bytes);
      for (String instance :
          List.of("{\"b64\":\"" + b64 + "\"}", "{\"bytes\":{\"b64\":\"" + b64 + "\"}}")) {
        Answer answer =
            post("/v1/models/peer-" + bundle + ":predict", "{\"instances\":[" + instance + "]}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertSame(answer.json().at("/predictions/0"), example.get("output"));
      }
      String type = bundle.startsWith("mail") ? "message/rfc822" : "image/png";
      Answer raw =
          post("/invocations", type, bytes, "X-Amzn-SageMaker-Target-Model", "peer-" + bundle);
      assertThat(raw.status()).as(raw.text()).isEqualTo(200);
      assertSame(raw.json(), example.get("output"));
    }
  }

  @Test
  void tensorsGoByRowAndByColumn() {
    Answer row =
        post(
            "/v1/models/peer-pair:predict",
            "{\"instances\":[{\"a\":[1,2,3,4],\"b\":[3,4,5,6]},{\"a\":[5,6,7,8],\"b\":[7,8,9,1]}]}");
    assertThat(row.status()).as(row.text()).isEqualTo(200);
    Answer column =
        post(
            "/v1/models/peer-pair:predict",
            "{\"inputs\":{\"a\":[[1,2,3,4],[5,6,7,8]],\"b\":[[3,4,5,6],[7,8,9,1]]}}");
    assertThat(column.status()).as(column.text()).isEqualTo(200);
    JsonNode rows = row.json().get("predictions");
    JsonNode columns = column.json().get("outputs");
    assertThat(rows).hasSize(2);
    columns
        .properties()
        .forEach(
            output -> {
              for (int i = 0; i < 2; i++) {
                assertThat(rows.get(i).get(output.getKey())).isEqualTo(output.getValue().get(i));
              }
            });
  }

  @Test
  void whatHasOneInputAndOneOutputGoesBare() {
    Answer row =
        post(
            "/v1/models/peer-text:predict",
            "{\"instances\":[[\"ä\",\"b\"],[{\"b64\":\"w6Q=\"},\"b\"]]}");
    assertThat(row.status()).as(row.text()).isEqualTo(200);
    assertThat(row.json().toString()).isEqualTo("{\"predictions\":[[\"ä\",\"b\"],[\"ä\",\"b\"]]}");
    assertThat(post("/v1/models/peer-text:predict", "{\"inputs\":[[\"x\",\"y\"]]}").text())
        .isEqualTo("{\"outputs\":[[\"x\",\"y\"]]}");
  }

  /// A record whose decision is the named outputs of `widths.onnx`.
  private void widths(String model, String names) throws IOException {
    widths(model, "number", names);
  }

  private void widths(String model, String type, String names) throws IOException {
    if (table.peek(model, Selector.PRODUCTION) != null) {
      return;
    }
    Path bundles = Files.createTempDirectory("slipway-widths");
    Path folder = Files.createDirectories(bundles.resolve(model));
    Files.copy(
        Path.of("src", "test", "resources", "onnx", "widths.onnx"), folder.resolve("model.onnx"));
    Files.writeString(
        folder.resolve("bundle.json"),
        """
        {"format": "slipway/1", "model": {"name": "widths", "file": "model.onnx"},
         "input": {"object": "record", "fields": [{"name": "a", "type": "%s"}]},
         "tensors": [{"name": "x", "from": "a"}],
         "output": {"kind": "tensors", "names": [%s]}, "policy": {"examples": "optional"}}
        """
            .formatted(type, names));
    Path zip = bundles.resolve(model + ".zip");
    BundleArchive.pack(folder, zip);
    try (InputStream body = Files.newInputStream(zip)) {
      Upload upload = Upload.streamed(model, body, Upload.Kind.ZIP, false, null, Caller.SYSTEM);
      promote(((Registration.Created) registry.register(upload)).version());
    } finally {
      Files.delete(folder.resolve("model.onnx"));
      Files.delete(folder.resolve("bundle.json"));
      Files.delete(folder);
      Files.deleteIfExists(zip);
      Files.delete(bundles);
    }
  }

  private static String objects(int count) {
    return "["
        + IntStream.rangeClosed(1, count)
            .mapToObj(i -> "{\"a\":" + i + "}")
            .collect(Collectors.joining(","))
        + "]";
  }

  private static String repeated(int count, IntFunction<String> each) {
    return "["
        + IntStream.rangeClosed(1, count).mapToObj(each).collect(Collectors.joining(","))
        + "]";
  }

  @Test
  void whatAnInstanceGivesHasOneFormForAnyNumberOfThem() throws IOException {
    widths("peer-wide", "\"wide\"");
    widths("peer-one", "\"one\"");
    widths("peer-flat", "\"flat\"");
    widths("peer-text-of-number", "\"text\"");
    widths("peer-all", "\"one\", \"flat\", \"text\"");
    Map<String, IntFunction<String>> rows =
        Map.of(
            "peer-wide", i -> "[%1$d.0,%1$d.0,%1$d.0]".formatted(i),
            "peer-one", "[%d.0]"::formatted,
            "peer-flat", "%d.0"::formatted,
            "peer-text-of-number", "[\"%d\"]"::formatted,
            "peer-all", "{\"one\":[%1$d.0],\"flat\":%1$d.0,\"text\":[\"%1$d\"]}"::formatted);
    for (int count = 1; count <= 3; count++) {
      for (var row : rows.entrySet()) {
        String predict = "/v1/models/" + row.getKey() + ":predict";
        Answer byRow = post(predict, "{\"instances\":" + objects(count) + "}");
        assertThat(byRow.text())
            .as(row.getKey() + " by row, " + count)
            .isEqualTo("{\"predictions\":" + repeated(count, row.getValue()) + "}");
        if (!row.getKey().equals("peer-all")) {
          Answer byColumn =
              post(predict, "{\"inputs\":{\"a\":" + repeated(count, Integer::toString) + "}}");
          assertThat(byColumn.text())
              .as(row.getKey() + " by column, " + count)
              .isEqualTo("{\"outputs\":" + repeated(count, row.getValue()) + "}");
        }
      }
    }
  }

  @Test
  void anIntegerIsJudgedBeforeItIsRoundedAndAByteOrderMarkIsDropped() throws IOException {
    widths("peer-whole", "integer", "\"one\"");
    String predict = "/v1/models/peer-whole:predict";
    String target = "X-Amzn-SageMaker-Target-Model";
    for (String odd : List.of("9007199254740993.0", "4503599627370496.3")) {
      assertRefused(predict, "{\"instances\":[{\"a\":" + odd + "}]}", 400, "an integer");
      for (String type : List.of("application/json", "application/jsonlines", "text/csv")) {
        String body = type.equals("text/csv") ? odd : "{\"a\":" + odd + "}";
        Answer answer =
            post("/invocations", type, body.getBytes(StandardCharsets.UTF_8), target, "peer-whole");
        assertThat(answer.status()).as(type + " " + answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains("an integer");
      }
    }
    assertThat(post(predict, "\ufeff{\"instances\":[{\"a\":5.0}]}").text())
        .isEqualTo("{\"predictions\":[[5.0]]}");
    for (String type : List.of("application/json", "application/jsonlines", "text/csv")) {
      String body = type.equals("text/csv") ? "\ufeff5e0" : "\ufeff{\"a\":5e0}";
      Answer answer =
          post(
              "/invocations",
              type,
              body.getBytes(StandardCharsets.UTF_8),
              target,
              "peer-whole",
              "Accept",
              "application/json");
      assertThat(answer.status()).as(type + " " + answer.text()).isEqualTo(200);
    }
    Answer wide = post(predict, "application/json", "\ufeff{}".getBytes(StandardCharsets.UTF_16LE));
    assertThat(wide.text()).contains("UTF-16");
  }

  @Test
  void sageMakerAnswersAListWithAListHoweverLongItIs() throws IOException {
    widths("peer-one", "\"one\"");
    String target = "X-Amzn-SageMaker-Target-Model";
    for (int count = 1; count <= 3; count++) {
      String expected = "{\"predictions\":" + repeated(count, "{\"one\":[%d.0]}"::formatted) + "}";
      for (String body : List.of(objects(count), "{\"instances\":" + objects(count) + "}")) {
        assertThat(
                post(
                        "/invocations",
                        "application/json",
                        body.getBytes(StandardCharsets.UTF_8),
                        target,
                        "peer-one")
                    .text())
            .isEqualTo(expected);
      }
      String pairs = "{\"a\":[1,2,3,4],\"b\":[1,1,1,1]}\n".repeat(count);
      assertThat(
              post(
                      "/invocations",
                      "application/jsonlines",
                      pairs.getBytes(StandardCharsets.UTF_8),
                      target,
                      "peer-pair")
                  .text())
          .isEqualTo("{\"sum\":[2,3,4,5],\"difference\":[0,1,2,3]}\n".repeat(count));
    }
    assertThat(
            post(
                    "/invocations",
                    "application/json",
                    "{\"a\":5}".getBytes(StandardCharsets.UTF_8),
                    target,
                    "peer-one")
                .text())
        .isEqualTo("{\"one\":[5.0]}");
  }

  @Test
  void statusMetadataAndReadinessAreTold() {
    JsonNode status = get("/v1/models/peer-customer-v1").json();
    assertThat(status.at("/model_version_status/0/state").asText()).isEqualTo("AVAILABLE");
    assertThat(status.at("/model_version_status/0/version").asText()).isEqualTo("1");
    assertThat(status.get("ready").asBoolean()).isTrue();
    assertThat(get("/v1/models/peer-customer-v1/versions/1").status()).isEqualTo(200);
    assertThat(get("/v1/models/peer-customer-v1/labels/production").status()).isEqualTo(200);
    assertThat(get("/v1/models/peer-customer-v1/versions/9").status()).isEqualTo(404);
    assertThat(get("/v1/models/nobody").status()).isEqualTo(404);
    assertThat(get("/v1/models").json().get("models").toString()).contains("peer-customer-v1");
    JsonNode metadata = get("/v1/models/peer-customer-v1/metadata").json();
    JsonNode signature = metadata.at("/metadata/signature_def/signature_def/serving_default");
    assertThat(signature.at("/inputs/monthly_charges/dtype").asText()).isEqualTo("DT_DOUBLE");
    assertThat(signature.at("/outputs/label/dtype").asText()).isEqualTo("DT_STRING");
    assertThat(get("/ping").status()).isEqualTo(200);
    assertThat(get("/").json().get("status").asText()).isEqualTo("alive");
  }

  @Test
  void whatIsWrongIsRefusedWithItsPlace() {
    String customer = "/v1/models/peer-customer-v1:predict";
    assertRefused(customer, "{\"instances\":[{\"contract\":7}]}", 400, "/instances/0/contract");
    assertRefused(customer, "{\"instances\":[]}", 400, "at least one");
    assertRefused(customer, "{\"instances\":[{}],\"inputs\":{}}", 400, "either");
    assertRefused(customer, "{}", 400, "either");
    assertRefused(customer, "{\"instances\":[{}],\"x\":1}", 400, "not a member");
    assertRefused(customer, "{\"instances\":[{}],\"signature_name\":\"q\"}", 400, "signature");
    assertRefused(customer, "{\"inputs\":{\"contract\":[\"a\"],\"gender\":[]}}", 400, "rows");
    assertRefused(customer, "{\"instances\":", 400, "not JSON");
    assertRefused(customer, "[".repeat(100_000), 413, "depth");
    assertRefused(customer, "{\"instances\":[NaN]}", 400, "not JSON");
    assertRefused("/v1/models/nobody:predict", "{\"instances\":[{}]}", 404, "nobody");
    assertRefused("/v1/models/peer-customer-v1:frobnicate", "{}", 404, ":predict");
    assertRefused("/v1/models/peer-pair:predict", "{\"instances\":[1]}", 400, "inputs");
    assertRefused(
        "/v1/models/peer-pair:predict",
        "{\"instances\":[{\"a\":[1,2],\"b\":[1,2]},{\"a\":[1,2]}]}",
        400,
        "/instances/1");
    assertRefused("/v1/nothing", "{}", 404, "no such path");
    assertThat(get("/v1/models/peer-pair:predict").status()).isEqualTo(405);
  }

  private void assertRefused(String path, String body, int status, String why) {
    Answer answer = post(path, body);
    assertThat(answer.status()).as(path + " " + answer.text()).isEqualTo(status);
    assertThat(answer.json().get("error").asText()).contains(why);
  }

  @Test
  void sageMakerInvokesByJsonLinesAndCsv() {
    List<JsonNode> examples = examples("customer-v1");
    String target = "X-Amzn-SageMaker-Target-Model";
    byte[] one = examples.getFirst().get("object").toString().getBytes(StandardCharsets.UTF_8);
    Answer json = post("/invocations", "application/json", one, target, "peer-customer-v1.tar.gz");
    assertThat(json.status()).as(json.text()).isEqualTo(200);
    assertSame(json.json(), examples.getFirst().get("output"));

    StringJoiner lines = new StringJoiner("\n");
    examples.forEach(example -> lines.add(example.get("object").toString()));
    Answer jsonLines =
        post(
            "/invocations",
            "application/jsonlines",
            lines.toString().getBytes(StandardCharsets.UTF_8),
            target,
            "peer-customer-v1");
    assertThat(jsonLines.type()).isEqualTo("application/jsonlines");
    List<String> answered = jsonLines.text().lines().toList();
    for (int i = 0; i < examples.size(); i++) {
      assertSame(parsed(answered.get(i)), examples.get(i).get("output"));
    }

    StringBuilder csv = new StringBuilder("customer_id,contract,monthly_charges,total_charges\n");
    csv.append("C1,Month-to-month,70.35,160.85\nC2,\"One year\",20,\n");
    Answer scored =
        post(
            "/invocations",
            "text/csv; header=present",
            csv.toString().getBytes(StandardCharsets.UTF_8),
            target,
            "peer-customer-v1");
    assertThat(scored.status()).as(scored.text()).isEqualTo(200);
    assertThat(scored.type()).startsWith("text/csv");
    assertThat(scored.text().lines()).hasSize(2).allMatch(line -> line.split(",").length == 3);
    assertThat(
            post(
                    "/invocations",
                    "text/csv",
                    "1,2".getBytes(StandardCharsets.UTF_8),
                    target,
                    "peer-customer-v1")
                .status())
        .isEqualTo(400);
    assertThat(post("/invocations", "{}").status())
        .as("several models and none is named")
        .isEqualTo(404);
  }

  private double requests(String model, String version, String stage, String outcome) {
    return RequestCount.of(meters, model, version, stage, outcome);
  }

  /// A call that says that so many bytes come, and sends none before it is told to.
  private Answer declared(String path, long bytes) {
    return send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Content-Type", "application/json")
            .expectContinue(true)
            .POST(BodyPublishers.fromPublisher(BodyPublishers.noBody(), bytes)));
  }

  @Test
  void aCallThatIsRefusedUnreadIsCountedAllTheSame() {
    String path = "/v1/models/peer-customer-v1:predict";
    double malformed = requests("peer-customer-v1", "1", "production", "malformed");
    double tooLarge = requests("peer-customer-v1", "1", "production", "too_large");
    double others = requests("_other", "_other", "none", "malformed");
    byte[] body = "{\"instances\":[]}".getBytes(StandardCharsets.UTF_8);

    assertThat(post(path, "application/json", body, "Content-Encoding", "gzip").status())
        .isEqualTo(415);
    assertThat(post(path, "application/json", body, "Slipway-Deadline-Ms", "soon").status())
        .isEqualTo(400);
    assertThat(declared(path, 1L << 35).status()).isEqualTo(413);
    assertThat(
            post(
                    "/invocations",
                    "text/x-unknown",
                    body,
                    "X-Amzn-SageMaker-Target-Model",
                    "peer-customer-v1")
                .status())
        .isEqualTo(415);
    assertThat(post("/v1/models/nobody:predict", "{}").status()).isEqualTo(404);

    assertThat(requests("peer-customer-v1", "1", "production", "malformed") - malformed)
        .isEqualTo(3);
    assertThat(requests("peer-customer-v1", "1", "production", "too_large") - tooLarge).isOne();
    assertThat(requests("_other", "_other", "none", "malformed") - others).isOne();
  }
}
