package io.slipway.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.RequestCount;
import io.slipway.openinference.Client.Answer;
import io.slipway.pipeline.NamedOutputs;
import io.slipway.pipeline.TensorOutputs;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.Registry;
import io.slipway.serving.VersionId;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The protocol over REST, from the outside.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class RestTest {
  private static final String INFER = "/v2/models/oip-pair/infer";
  private static final String GOOD =
      "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[1,4],\"data\":[1,2,3,4]},"
          + "{\"name\":\"b\",\"datatype\":\"INT32\",\"shape\":[1,4],\"data\":[[1,1,1,1]]}]}";

  @Inject ServingTable table;
  @Inject Registry registry;
  @Inject Promotions promotions;
  @Inject MeterRegistry meters;

  @TestHTTPResource("/")
  URI root;

  private Client client;

  @BeforeEach
  void publish() {
    client = new Client(root);
    Served.onnx(table, registry, promotions, "oip-pair", "pair");
    Served.onnx(table, registry, promotions, "oip-float32", "identity-float32");
    Served.onnx(table, registry, promotions, "oip-string", "identity-string");
    Served.onnx(table, registry, promotions, "oip-lookup", "lookup");
    for (String bundle : List.of("customer-v1", "review-v1", "mail-v1", "image-v1")) {
      Served.bundle(table, registry, promotions, "oip-" + bundle, bundle);
    }
  }

  @Test
  void theServerAndItsModelsSayWhatTheyAre() {
    assertThat(client.get("/v2/health/live").json().path("live").asBoolean()).isTrue();
    assertThat(client.get("/v2").json().path("name").asText()).isEqualTo("slipway");
    assertThat(client.get("/v2/").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/oip-pair/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/oip-pair/versions/production/ready").status()).isEqualTo(200);
    assertThat(client.get("/v2/models/nobody/ready").status()).isEqualTo(404);
    JsonNode metadata = client.get("/v2/models/oip-pair").json();
    assertThat(metadata.path("versions").findValuesAsText("")).isEmpty();
    assertThat(metadata.at("/versions/0").asText()).isEqualTo("1");
    assertThat(metadata.at("/inputs/0").toString())
        .isEqualTo("{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[-1,4]}");
    assertThat(client.get("/v2/models/oip-pair/config").json().at("/input/1/data_type").asText())
        .isEqualTo("TYPE_INT32");
    assertThat(client.post("/v2/repository/index", "{}").json().findValuesAsText("name"))
        .contains("oip-pair");
  }

  @Test
  void aVersionIsNamedByItsNumberItsStageOrItsAlias() {
    for (String version : List.of("1", "production", "Production")) {
      Answer answer = client.post("/v2/models/oip-pair/versions/" + version + "/infer", GOOD);
      assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
      assertThat(answer.json().path("model_version").asText()).isEqualTo("1");
    }
    for (String version : List.of("99", "champion", "99999999999")) {
      Answer answer = client.post("/v2/models/oip-pair/versions/" + version + "/infer", GOOD);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.error()).isNotEmpty();
    }
    assertThat(client.post("/v2/models/oip-pair/versions/staging/infer", GOOD).status())
        .isEqualTo(503);
  }

  @Test
  void whatIsAskedForComesInTheOrderAskedForWithTheIdOfTheRequest() {
    String body =
        "{\"id\":\"äß 東京 😀\",\"outputs\":[{\"name\":\"difference\"},{\"name\":\"sum\"}],"
            + GOOD.substring(1);

    Answer answer = client.post(INFER, body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().path("id").asText()).isEqualTo("äß 東京 😀");
    assertThat(answer.json().at("/outputs/0/name").asText()).isEqualTo("difference");
    assertThat(answer.output("sum").path("data").toString()).isEqualTo("[2,3,4,5]");
    assertThat(answer.output("difference").path("data").toString()).isEqualTo("[0,1,2,3]");
  }

  @Test
  void membersComeInAnyOrderAndUnknownOnesAreIgnored() {
    String body =
        "{\"x\":{\"deep\":[1]},\"inputs\":["
            + "{\"data\":[[1,2,3,4],[5,6,7,8]],\"shape\":[2,4],\"y\":1,\"datatype\":\"INT32\","
            + "\"name\":\"b\"},"
            + "{\"shape\":[2,4],\"data\":[0,0,0,0,0,0,0,0],\"name\":\"a\",\"datatype\":\"INT32\"}"
            + "]}";

    Answer answer = client.post(INFER, body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.output("sum").path("data").toString()).isEqualTo("[1,2,3,4,5,6,7,8]");
  }

  @Test
  void bytesGoInAndOut() {
    byte[] a = ints(1, 2, 3, 4);
    Answer answer =
        client.binary(
            INFER,
            "{\"parameters\":{\"binary_data_output\":true},"
                + "\"outputs\":[{\"name\":\"sum\"},"
                + "{\"name\":\"difference\",\"parameters\":{\"binary_data\":false}}],"
                + "\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[1,4],"
                + "\"parameters\":{\"binary_data_size\":16}},"
                + "{\"name\":\"b\",\"datatype\":\"INT32\",\"shape\":[1,4],\"data\":[9,9,9,9]}]}",
            a);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.output("sum").at("/parameters/binary_data_size").asInt()).isEqualTo(16);
    assertThat(answer.output("sum").has("data")).isFalse();
    assertThat(answer.blob()).isEqualTo(ints(10, 11, 12, 13));
    assertThat(answer.output("difference").path("data").toString()).isEqualTo("[-8,-7,-6,-5]");
  }

  @Test
  void aBodyWithoutAHeaderIsTheOnlyInput() {
    byte[] floats =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(Float.NaN)
            .putFloat(-0f)
            .putFloat(Float.NEGATIVE_INFINITY)
            .putFloat(1)
            .array();

    Answer answer = client.binary("/v2/models/oip-float32/infer", "", floats);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.output("y").path("shape").toString()).isEqualTo("[2,2]");
    assertThat(answer.blob()).isEqualTo(floats);
  }

  @Test
  void numbersThatJsonDoesNotHaveGoInAndOutAsStrings() {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2,2],"
            + "\"data\":[\"NaN\",\"-Infinity\",1e3,-0.5E-2]}]}";

    Answer answer = client.post("/v2/models/oip-float32/infer", body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.output("y").path("data").toString())
        .isEqualTo("[\"NaN\",\"-Infinity\",1000.0,-0.005]");
  }

  @Test
  void compressedBodiesAreReadAndLargeAnswersCompressed() throws Exception {
    assertThat(client.post(INFER, gzip(GOOD), "Content-Encoding", "gzip").status()).isEqualTo(200);
    assertThat(client.post(INFER, deflate(GOOD), "Content-Encoding", "deflate").status())
        .isEqualTo(200);
    StringBuilder data = new StringBuilder("0");
    for (int i = 1; i < 4000; i++) {
      data.append(',').append(i);
    }
    String large =
        "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[1000,4],\"data\":["
            + data
            + "]},{\"name\":\"b\",\"datatype\":\"INT32\",\"shape\":[1000,4],\"data\":["
            + data
            + "]}]}";
    Answer answer = client.post(INFER, large, "Accept-Encoding", "deflate;q=0.5, gzip");
    assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
    try (GZIPInputStream in =
        new GZIPInputStream(new java.io.ByteArrayInputStream(answer.http().body()))) {
      assertThat(Client.JSON.readTree(in).at("/outputs/0/data/3999").asInt()).isEqualTo(7998);
    }
  }

  @Test
  void whatInflatesBeyondTheLimitOrNotAtAllIsTheCallersFault() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
      byte[] blanks = new byte[1 << 20];
      java.util.Arrays.fill(blanks, (byte) ' ');
      for (int i = 0; i < 100; i++) {
        out.write(blanks);
      }
    }
    assertThat(client.post(INFER, bomb.toByteArray(), "Content-Encoding", "gzip").status())
        .isBetween(400, 499);
    assertThat(client.post(INFER, GOOD, "Content-Encoding", "gzip").status()).isEqualTo(400);
    assertThat(client.post(INFER, GOOD, "Content-Encoding", "br").status()).isEqualTo(415);
    assertThat(client.post(INFER, GOOD).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,2]",
        "{}",
        "{\"inputs\":[]}",
        "{\"inputs\":{}}",
        "{\"inputs\":[1]}",
        "{\"inputs\":[{}]}",
        "{\"inputs\":[{\"name\":\"a\"}]}",
        "{\"id\":7,\"inputs\":[]}",
        "{\"inputs\":[],\"inputs\":[]}",
      })
  void whatIsNoRequestIsRefused(String body) {
    Answer answer = client.post(INFER, body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.error()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"NOPE\" | \"INT32\" | [1,4] | [1,2,3,4]",
        "\"a\" | \"INT64\" | [1,4] | [1,2,3,4]",
        "\"a\" | \"FP99\" | [1,4] | [1,2,3,4]",
        "\"a\" | 3 | [1,4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | [1,3] | [1,2,3]",
        "\"a\" | \"INT32\" | [4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | [1,1,4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | [-1,-4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | [0,4] | []",
        "\"a\" | \"INT32\" | [9223372036854775807,9223372036854775807] | [1]",
        "\"a\" | \"INT32\" | [4294967296,4294967296] | [1]",
        "\"a\" | \"INT32\" | [99999999999999999999,4] | [1]",
        "\"a\" | \"INT32\" | [2000000000,4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | [1.0,4] | [1,2,3,4]",
        "\"a\" | \"INT32\" | \"x\" | [1,2,3,4]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,4,5]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,null]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,\"4\"]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,true]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,4.0]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,2147483648]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,NaN]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,3,{}]",
        "\"a\" | \"INT32\" | [1,4] | [[1,2],[3,4]]",
        "\"a\" | \"INT32\" | [1,4] | [[[1,2,3,4]]]",
        "\"a\" | \"INT32\" | [1,4] | [1,2,[3,4]]",
        "\"a\" | \"INT32\" | [1,4] | \"1234\"",
      })
  void aTensorThatIsNotAsItMustBeIsRefused(
      String name, String datatype, String shape, String data) {
    String body =
        "{\"inputs\":[{\"name\":%s,\"datatype\":%s,\"shape\":%s,\"data\":%s},%s"
            .formatted(
                name, datatype, shape, data, GOOD.substring(GOOD.indexOf("{\"name\":\"b\"")));

    Answer answer = client.post(INFER, body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.error()).isNotEmpty();
    assertThat(client.post(INFER, GOOD).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"-4,0,0", "4,0,0", "4096,0,0", "0,-1,0", "0,4,0", "0,0,-9", "0,0,9", "0,0,9999"})
  void lengthsThatLieAreRefused(int size, int surplus, int header) {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],"
            + "\"parameters\":{\"binary_data_size\":"
            + (8 + size)
            + "}}]}";
    byte[] body = new byte[json.length() + 8 + surplus];
    System.arraycopy(json.getBytes(StandardCharsets.US_ASCII), 0, body, 0, json.length());

    Answer answer =
        client.post(
            "/v2/models/oip-float32/infer",
            body,
            "Inference-Header-Content-Length",
            Integer.toString(json.length() + header));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
  }

  @Test
  void nestingWithoutEndIsRefused() {
    String body =
        "{\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[1,4],\"data\":"
            + "[".repeat(100_000)
            + "]".repeat(100_000)
            + "}]}";

    assertThat(client.post(INFER, body).status()).isEqualTo(400);
    assertThat(client.post(INFER, GOOD).status()).isEqualTo(200);
  }

  @Test
  void tensorsThatTheModelCantRunOnAreTheCallersFault() {
    Answer answer =
        client.post(
            "/v2/models/oip-lookup/infer",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[7]}]}");

    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void theNativeDoorTakesAndGivesTheSameTypes() {
    Served.onnx(table, registry, promotions, "oip-uint64", "identity-uint64");
    Served.onnx(table, registry, promotions, "oip-float16", "identity-float16");

    assertThat(
            client
                .post(
                    "/models/oip-uint64/predict",
                    "{\"x\":[[0,18446744073709551615]]}",
                    "Content-Type",
                    "application/json")
                .json()
                .at("/output/y/0/1")
                .asText())
        .isEqualTo("18446744073709551615");
    String large =
        java.util.stream.IntStream.range(0, 1000)
            .mapToObj(i -> "[" + i + "," + -i + "]")
            .collect(java.util.stream.Collectors.joining(",", "[", "]"));
    assertThat(
            client
                .post(
                    "/models/oip-float32/predict",
                    "{\"x\":" + large + "}",
                    "Content-Type",
                    "application/json")
                .json()
                .at("/output/y/999")
                .toString())
        .isEqualTo("[999.0,-999.0]");
    assertThat(
            client
                .post(
                    "/models/oip-float16/predict",
                    "{\"x\":[[0.5,-65504]]}",
                    "Content-Type",
                    "application/json")
                .json()
                .at("/output/y")
                .toString())
        .isEqualTo("[[0.5,-65504.0]]");
  }

  @Test
  void textThatIsNoUtf8IsNeverChanged() {
    byte[] blob = {2, 0, 0, 0, (byte) 0xff, (byte) 0xfe, 1, 0, 0, 0, 'x'};
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[1,2],"
            + "\"parameters\":{\"binary_data_size\":11}}]}";

    assertThat(client.binary("/v2/models/oip-string/infer", json, blob).status()).isEqualTo(400);
  }

  @Test
  void mlServersContentTypesMeanWhatTheyMeanThere() throws IOException {
    String path = "/v2/models/oip-string/infer";
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[1,2],"
            + "\"data\":[\"w6Q=\",\"Yg==\"],\"parameters\":{\"content_type\":\"base64\"}}]}";
    assertThat(client.post(path, body).output("y").path("data").toString())
        .isEqualTo("[\"ä\",\"b\"]");
    assertThat(client.post(path, body.replace("base64", "str")).output("y").path("data").toString())
        .isEqualTo("[\"w6Q=\",\"Yg==\"]");
    assertThat(client.post(path, body.replace("w6Q=", "?")).status()).isEqualTo(400);
    assertThat(client.post(path, body.replace("w6Q=", "/w==")).status()).isEqualTo(400);
    byte[] mail = Files.readAllBytes(Bundles.folder("mail-v1").resolve("examples/3.eml"));
    Answer spam =
        client.post(
            "/v2/models/oip-mail-v1/infer",
            "{\"parameters\":{\"content_type\":\"pd\"},\"inputs\":[{\"name\":\"mail\","
                + "\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"content_type\":\"base64\"},"
                + "\"data\":[\""
                + java.util.Base64.getEncoder().encodeToString(mail)
                + "\"]}]}");
    assertThat(spam.output("label").path("data").toString()).isEqualTo("[\"spam\"]");
  }

  @Test
  void theClassificationExtensionGivesTheHighestValues() {
    String body =
        "{\"outputs\":[{\"name\":\"sum\",\"parameters\":{\"classification\":2}}],"
            + GOOD.substring(1);

    Answer answer = client.post(INFER, body);

    assertThat(answer.output("sum").path("datatype").asText()).isEqualTo("BYTES");
    assertThat(answer.output("sum").path("data").toString()).isEqualTo("[\"5:3\",\"4:2\"]");
  }

  @Test
  void classesAreTheRowsOnlyWhereTheGraphHasRows() {
    Tensor sixValues = new Tensor.Floats(new long[] {3, 2}, FloatBuffer.wrap(SIX));
    assertThat(((Tensor.Strings) Classes.of(sixValues, 2, true, List.of())).data())
        .containsExactly("9.0:1", "1.0:0", "3.0:0", "2.0:1", "8.0:0", "4.0:1");
    Tensor.Strings whole = (Tensor.Strings) Classes.of(sixValues, 2, false, List.of());
    assertThat(whole.data()).containsExactly("9.0:1", "8.0:4");
    assertThat(whole.shape()).containsExactly(2);
    Tensor.Strings list =
        (Tensor.Strings)
            Classes.of(
                new Tensor.Floats(new long[] {6}, FloatBuffer.wrap(SIX)), 2, true, List.of());
    assertThat(list.shape()).containsExactly(6, 1);
  }

  private static final float[] SIX = {1, 9, 3, 2, 8, 4};

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // inputs | output | whether the output has rows
        "-1,4 | -1,2 | true",
        "-1,4 | -1 | true",
        "-1 | -1 | false",
        "3,224,224 | 1000 | false",
        "3,224,224 | 1000,1,1 | false",
        "3,224,224 | 1,1000 | true",
        "8,4 | 8,2 | true",
        "4 | 4 | false",
        "3,3 | -1,2 | false",
      })
  void anOutputHasRowsWhereItsFirstDimensionIsThatOfTheInputs(
      String input, String output, boolean rows) {
    ModelView view = viewOf(port(input), port(output));
    assertThat(view.hasRows("y", port(output).shape().size())).isEqualTo(rows);
  }

  private static Graph.Port port(String shape) {
    return new Graph.Port("float32", Arrays.stream(shape.split(",")).map(Long::valueOf).toList());
  }

  private static ModelView viewOf(Graph.Port x, Graph.Port y) {
    NamedOutputs outputs = TensorOutputs.of(Map.of("y", y));
    return new ModelView(new VersionId("m", 1), true, Map.of("x", x), Map.of(), false, outputs);
  }

  @Test
  void theConfigurationHasWhatTritonAlwaysWrites() {
    JsonNode config = client.get("/v2/models/oip-pair/config").json();
    assertThat(fields(config))
        .contains(
            "runtime",
            "version_policy",
            "batch_input",
            "batch_output",
            "optimization",
            "instance_group",
            "default_model_filename",
            "cc_model_filenames",
            "metric_tags",
            "parameters",
            "model_warmup");
    assertThat(config.at("/input/0/format").asText()).isEqualTo("FORMAT_NONE");
    assertThat(fields(config.at("/input/0")))
        .containsExactlyInAnyOrder(
            "name",
            "data_type",
            "dims",
            "format",
            "is_shape_tensor",
            "is_non_linear_format_io",
            "allow_ragged_batch",
            "optional");
    assertThat(fields(config.at("/output/0")))
        .contains("label_filename", "is_shape_tensor", "is_non_linear_format_io");
  }

  private static List<String> fields(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1,3,224,224 | FORMAT_NCHW",
        "3,224,224 | FORMAT_NCHW",
        "1,224,224,3 | FORMAT_NHWC",
        "28,28,1 | FORMAT_NHWC",
        "-1,3,3,3 | FORMAT_NONE",
        "-1,224,224 | FORMAT_NONE",
        "-1,4 | FORMAT_NONE",
      })
  void imageClientsAreToldWhereTheChannelsAre(String shape, String format) {
    assertThat(ImageFormat.of(port(shape)).name()).isEqualTo(format);
  }

  @Test
  void anUnknownModelOrVersionIsNamedInTheWordsThatClientsLookFor() {
    for (String path : List.of("nobody", "nobody/config", "oip-pair/versions/99/config")) {
      Answer answer = client.get("/v2/models/" + path);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.error()).startsWith("Request for unknown model: ");
    }
    assertThat(client.get("/v2/models/nobody/ready").error())
        .startsWith("Request for unknown model: ");
    assertThat(client.get("/v2/nope").error()).isEqualTo("no such path");
  }

  /// Every word that stands in a path of some protocol may be the name of a model.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "index",
        "ready",
        "stats",
        "config",
        "infer",
        "versions",
        "stages",
        "aliases",
        "labels",
        "models",
        "repository",
        "health",
        "metadata",
        "predict",
        "explain",
        "history",
        "compare",
        "uploads",
        "promote",
        "rollback",
        "audit",
        "publish",
        "5"
      })
  void noPathIsTakenForAModelOfItsName(String word) {
    for (String path :
        List.of(
            "/v2/models/" + word + "/ready",
            "/v2/models/" + word + "/config",
            "/v2/models/" + word + "/stats",
            "/v2/models/" + word + "/versions/1",
            "/v1/models/" + word + "/versions/1/metadata",
            "/v1/models/" + word + "/metadata",
            "/models/" + word,
            "/models/" + word + "/versions/1",
            "/models/" + word + "/stages/production",
            "/models/" + word + "/aliases/" + word,
            "/api/v1/models/" + word,
            "/api/v1/models/" + word + "/versions",
            "/api/v1/models/" + word + "/versions/1",
            "/api/v1/models/" + word + "/history",
            "/api/v1/models/" + word + "/stages/production")) {
      Answer answer = client.get(path);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.json().toString()).as(path).contains(word).doesNotContain("no such path");
    }
  }

  @Test
  void theStatisticsOfAllModelsAreAlsoTheMetadataOfAModelOfThatName() {
    assertThat(fields(client.get("/v2/models/stats").json())).containsExactly("model_stats");
    Served.onnx(table, registry, promotions, "stats", "pair");
    try {
      JsonNode both = client.get("/v2/models/stats").json();
      assertThat(both.path("model_stats").findValuesAsText("name")).contains("oip-pair", "stats");
      assertThat(both.path("name").asText()).isEqualTo("stats");
      assertThat(both.path("inputs"))
          .isEqualTo(client.get("/v2/models/oip-pair").json().path("inputs"));
      assertThat(client.post("/v2/models/stats/infer", GOOD).status()).isEqualTo(200);
      assertThat(client.get("/v2/models/stats/stats").json().at("/model_stats/0/name").asText())
          .isEqualTo("stats");
    } finally {
      registry.delete("stats", true, null, Caller.SYSTEM);
    }
  }

  @Test
  void statisticsCountRowsAndRefusals() {
    JsonNode before = statistics();
    client.post(INFER, GOOD);
    client.post(INFER, GOOD.replace("INT32", "INT8"));
    JsonNode after = statistics();

    assertThat(after.path("inference_count").asInt())
        .isEqualTo(before.path("inference_count").asInt() + 1);
    assertThat(after.at("/inference_stats/fail/count").asInt())
        .isEqualTo(before.at("/inference_stats/fail/count").asInt() + 1);
  }

  @Test
  void whoHasHisAnswerIsInTheStatistics() {
    int before = statistics().path("inference_count").asInt();
    for (int i = 1; i <= 100; i++) {
      client.post(INFER, GOOD);
      assertThat(statistics().path("inference_count").asInt()).isEqualTo(before + i);
    }
  }

  private JsonNode statistics() {
    return client.get("/v2/models/oip-pair/stats").json().at("/model_stats/0");
  }

  @Test
  void loadAndUnloadSayWhatTheRegistryAllows() {
    Served.onnx(registry, "oip-unserved", "identity-bool");
    assertThat(client.post("/v2/repository/models/oip-pair/load", "{}").status()).isEqualTo(200);
    assertThat(client.post("/v2/repository/models/oip-pair/unload", "{}").status()).isEqualTo(409);
    Answer unserved = client.post("/v2/repository/models/oip-unserved/load", "");
    assertThat(unserved.status()).isEqualTo(409);
    assertThat(unserved.error()).contains("promoted");
    assertThat(client.post("/v2/repository/models/oip-unserved/unload", "{}").status())
        .isEqualTo(200);
    assertThat(client.post("/v2/repository/models/nobody/load", "{}").status()).isEqualTo(404);
  }

  @Test
  void anUnknownModelMakesNoSeries() {
    client.post("/v2/models/junkmodel-rest/infer", GOOD);
    client.post("/v2/models/oip-pair/versions/7777777/infer", GOOD);
    client.get("/v2/models/junkmodel-rest");

    assertThat(text("/metrics")).doesNotContain("junkmodel").doesNotContain("7777777");
  }

  private String text(String path) {
    try {
      return java.net.http.HttpClient.newHttpClient()
          .send(
              client.request(path).GET().build(),
              java.net.http.HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void otherMethodsAndPathsAreRefusedInTheShapeOfTheProtocol() {
    Answer method = client.get(INFER);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("Allow")).isEqualTo("OPTIONS, POST");
    assertThat(method.error()).isNotEmpty();
    assertThat(client.get("/v2/nope/nope").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/..%2f..%2fetc").status()).isEqualTo(404);
    assertThat(client.get("/v2/models/%00").status()).isBetween(400, 499);
    assertThat(client.post("/v2/models/nobody/infer", GOOD).error()).contains("nobody");
    assertThat(
            client
                .send(
                    client
                        .request(INFER)
                        .header("Slipway-Deadline-Ms", "soon")
                        .POST(BodyPublishers.ofString(GOOD))
                        .build())
                .status())
        .isEqualTo(400);
  }

  @Test
  void customersComeAsColumnsAndGiveLabelsAndProbabilities() {
    List<JsonNode> examples = examples("customer-v1");
    JsonNode metadata = client.get("/v2/models/oip-customer-v1").json();
    ObjectNode body = Client.JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    for (JsonNode input : metadata.get("inputs")) {
      String name = input.get("name").asText();
      ObjectNode column = inputs.addObject();
      column.put("name", name).set("datatype", input.get("datatype"));
      column.putArray("shape").add(examples.size()).add(input.at("/shape/1").asLong());
      ArrayNode data = column.putArray("data");
      examples.forEach(example -> data.add(example.get("object").get(name)));
    }

    Answer answer = client.post("/v2/models/oip-customer-v1/infer", body.toString());

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    JsonNode labels = answer.output("label").get("data");
    JsonNode probabilities = answer.output("probabilities").get("data");
    JsonNode names = metadata.at("/outputs/1/parameters/labels");
    assertThat(labels).hasSize(examples.size());
    for (int i = 0; i < examples.size(); i++) {
      JsonNode expected = examples.get(i).get("output");
      assertThat(labels.get(i).asText()).isEqualTo(expected.get("label").asText());
      for (int j = 0; j < names.size(); j++) {
        assertThat(probabilities.get(i * names.size() + j).asDouble())
            .isCloseTo(
                expected.get("probabilities").get(names.get(j).asText()).asDouble(), within(2e-5));
      }
    }
  }

  @Test
  void aBadRowIsNamedByItsPlaceAndItsColumn() {
    Answer answer =
        client.post(
            "/v2/models/oip-customer-v1/infer",
            "{\"inputs\":[{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[2],"
                + "\"data\":[\"a\",null]}]}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("pointer"))
        .contains("/instances/1/customer_id");
  }

  @Test
  void whatIsMissingInBytesIsNaNOrTheTextThatStandsForIt() {
    String request =
        "{\"parameters\":{\"null_text\":\"?\"},\"inputs\":["
            + "{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"c\"]},"
            + "{\"name\":\"contract\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[%s]},"
            + "{\"name\":\"partner\",\"datatype\":\"FP64\",\"shape\":[1],\"data\":[%s]},"
            + "{\"name\":\"monthly_charges\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[%s]}]}";
    String path = "/v2/models/oip-customer-v1/infer";

    Answer named = client.post(path, request.formatted("\"?\"", "\"NaN\"", "\"NaN\""));
    Answer nulls = client.post(path, request.formatted("null", "null", "null"));
    Answer values = client.post(path, request.formatted("\"Two year\"", "1", "70.5"));

    assertThat(named.status()).as(named.json().toString()).isEqualTo(200);
    assertThat(named.json().get("outputs")).isEqualTo(nulls.json().get("outputs"));
    assertThat(values.json().get("outputs")).isNotEqualTo(nulls.json().get("outputs"));
    assertThat(client.post(path, request.formatted("null", "2", "null")).status()).isEqualTo(400);
  }

  @Test
  void textsMailsAndImagesComeAsBytes() throws Exception {
    JsonNode review = examples("review-v1").getFirst();
    ObjectNode columns = Client.JSON.createObjectNode();
    ArrayNode inputs = columns.putArray("inputs");
    review
        .get("object")
        .properties()
        .forEach(
            member -> {
              ObjectNode input = inputs.addObject().put("name", member.getKey());
              input.put("datatype", "BYTES").putArray("shape").add(1);
              input.putArray("data").add(member.getValue());
            });
    Answer text = client.post("/v2/models/oip-review-v1/infer", columns.toString());
    assertThat(text.status()).as(text.json().toString()).isEqualTo(200);
    assertThat(text.output("label").at("/data/0").asText())
        .isEqualTo(review.at("/output/label").asText());

    for (String bundle : List.of("mail-v1", "image-v1")) {
      JsonNode example = examples(bundle).getFirst();
      byte[] raw =
          Files.readAllBytes(Bundles.folder(bundle).resolve(example.at("/object/file").asText()));
      String path = "/v2/models/oip-" + bundle + "/infer";
      String name = bundle.startsWith("mail") ? "mail" : "image";
      Answer alone =
          client.binary(
              path,
              "{\"inputs\":[{\"name\":\""
                  + name
                  + "\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"parameters\":"
                  + "{\"binary_data_size\":"
                  + (raw.length + 4)
                  + "}}]}",
              ByteBuffer.allocate(raw.length + 4)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(raw.length)
                  .put(raw)
                  .array());
      assertThat(alone.status()).as(alone.json().toString()).isEqualTo(200);
      assertThat(alone.output("label").at("/data/0").asText())
          .isEqualTo(example.at("/output/label").asText());
      assertThat(client.binary(path, "", raw).status()).isEqualTo(200);
    }
    byte[] image =
        Files.readAllBytes(
            Bundles.folder("image-v1")
                .resolve(examples("image-v1").getFirst().at("/object/file").asText()));
    Answer base64 =
        client.post(
            "/v2/models/oip-image-v1/infer",
            "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\""
                + Base64.getEncoder().encodeToString(image)
                + "\"]}]}");
    assertThat(base64.status()).as(base64.json().toString()).isEqualTo(200);
  }

  private static List<JsonNode> examples(String bundle) {
    try {
      return Files.readAllLines(Bundles.folder(bundle).resolve("examples.jsonl")).stream()
          .filter(line -> !line.isBlank())
          .map(RestTest::tree)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return Client.JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] deflate(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private double requests(String model, String version, String stage, String outcome) {
    return RequestCount.of(meters, model, version, stage, outcome);
  }

  @Test
  void aCallThatIsRefusedUnreadIsCountedAllTheSame() {
    double malformed = requests("oip-pair", "1", "production", "malformed");
    double tooLarge = requests("oip-pair", "1", "production", "too_large");
    double others = requests("_other", "_other", "none", "malformed");

    assertThat(client.post(INFER, GOOD, "Content-Encoding", "br").status()).isEqualTo(415);
    assertThat(client.post(INFER, GOOD, "Slipway-Deadline-Ms", "soon").status()).isEqualTo(400);
    assertThat(
            client
                .send(
                    client
                        .request(INFER)
                        .expectContinue(true)
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.noBody(), 1L << 35))
                        .build())
                .status())
        .isEqualTo(413);
    assertThat(client.post("/v2/models/nobody/infer", GOOD).status()).isEqualTo(404);

    assertThat(requests("oip-pair", "1", "production", "malformed") - malformed).isEqualTo(2);
    assertThat(requests("oip-pair", "1", "production", "too_large") - tooLarge).isOne();
    assertThat(requests("_other", "_other", "none", "malformed") - others).isOne();
  }
}
