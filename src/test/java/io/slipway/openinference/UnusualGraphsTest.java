package io.slipway.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.hostile.GreedyModels;
import io.slipway.openinference.Client.Answer;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Valid graphs that are unlike most: what is registered can be called, by the Open Inference
/// Protocol and by the native contract.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class UnusualGraphsTest {
  @Inject ServingTable table;
  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private Client client;

  @BeforeEach
  void connect() {
    client = new Client(root);
  }

  private void publish(String file) {
    Served.onnx(table, registry, promotions, "unusual-" + file, "made-up/" + file);
  }

  private Answer infer(String file, String inputs) {
    return client.post("/v2/models/unusual-" + file + "/infer", "{\"inputs\":[" + inputs + "]}");
  }

  private Answer predict(String file, String object) {
    return json("/models/unusual-" + file + "/predict", object);
  }

  private Answer json(String path, String body) {
    return client.post(
        path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
  }

  private static String input(String name, String datatype, String shape, String data) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}"
        .formatted(name, datatype, shape, data);
  }

  @Test
  void aQuestionMarkIsNoNameOfADimension() {
    publish("question-dims");
    String pixels = "[" + "1,".repeat(3 * 2 * 4 - 1) + "1]";
    Answer answer = infer("question-dims", input("x", "FP32", "[1,3,2,4]", pixels));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[1,3,1,1]");
  }

  @Test
  void dimensionsOfOneNameNeedBeEqualOnlyWhereTheGraphNeedsIt() {
    publish("named-broadcast");
    String a = input("a", "FP32", "[2,2]", "[1,2,3,4]");
    Answer answer = infer("named-broadcast", a + "," + input("b", "FP32", "[2,1]", "[10,20]"));
    assertThat(answer.json().at("/outputs/0/data").toString())
        .as(answer.json().toString())
        .isEqualTo("[11.0,12.0,23.0,24.0]");
    Answer refused =
        infer("named-broadcast", a + "," + input("b", "FP32", "[2,3]", "[1,2,3,4,5,6]"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("dimension n", "3 here", "2 in \"a\"");
  }

  /// The first dimension counts rows where two inputs give it one name, as Triton's batch does.
  @Test
  void inputsOfUnequalNumbersOfRowsAreRefusedThoughTheGraphWouldTakeThem() {
    publish("named-broadcast");
    String a = input("a", "FP32", "[2,2]", "[1,2,3,4]");
    Answer refused = infer("named-broadcast", a + "," + input("b", "FP32", "[1,2]", "[10,20]"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("dimension rows", "1 here", "2 in \"a\"");
  }

  @Test
  void aFirstDimensionThatIsAlwaysZeroIsTaken() {
    publish("zero-rows");
    Answer answer = infer("zero-rows", input("x", "INT64", "[0,5]", "[]"));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[0,5]");
    assertThat(predict("zero-rows", "{\"x\":[]}").json().at("/output/y").toString())
        .isEqualTo("[]");
    publish("empty-axes");
    String x = input("x", "FP32", "[3,2]", "[1,2,3,4,5,6]");
    assertThat(
            infer("empty-axes", x + "," + input("axes", "INT64", "[0]", "[]"))
                .json()
                .at("/outputs/0/data")
                .toString())
        .isEqualTo("[21.0]");
  }

  @Test
  void rowsThatTheGraphDoesNotFixAreStillWanted() {
    publish("named-broadcast");
    String none = input("a", "FP32", "[0,2]", "[]") + "," + input("b", "FP32", "[0,2]", "[]");
    assertThat(infer("named-broadcast", none).error()).contains("has no rows");
  }

  @Test
  void aGraphWithoutInputsAnswers() {
    publish("constant");
    Answer answer = infer("constant", "");
    assertThat(answer.json().at("/outputs/0/data").toString())
        .as(answer.json().toString())
        .isEqualTo("[1.0,2.0]");
    assertThat(predict("constant", "{}").json().at("/output/y").toString()).isEqualTo("[1.0,2.0]");
    publish("zero-within");
    assertThat(infer("zero-within", "").error()).contains("the request has no inputs");
  }

  @Test
  void whatLiesBehindAnEmptyDimensionIsAsTheGraphSays() {
    publish("zero-within");
    assertThat(predict("zero-within", "{\"x\":[[],[]]}").json().at("/output/y").toString())
        .isEqualTo("[[[0.0,0.0,0.0,0.0]],[[0.0,0.0,0.0,0.0]]]");
  }

  @Test
  void anInputOfAnyNumberOfDimensionsIsTakenAsItComes() {
    publish("any-rank");
    for (String value : new String[] {"1.5", "[1.5]", "[[1.5,2.5],[0.5,0.25]]", "[[]]"}) {
      JsonNode answer = predict("any-rank", "{\"x\":" + value + "}").json();
      String negative = value.replaceAll("(\\d[.]\\d+)", "-$1");
      assertThat(answer.at("/output/y").toString()).as(answer.toString()).isEqualTo(negative);
    }
    assertThat(predict("any-rank", "{\"x\":[1,[2]]}").status()).isEqualTo(422);
    assertThat(infer("any-rank", input("x", "FP32", "[1,2]", "[1,2]")).status()).isEqualTo(200);
  }

  @Test
  void singleValuesAreTaken() {
    publish("scalars");
    String three =
        String.join(
            ",",
            input("from", "INT64", "[]", "[1]"),
            input("to", "INT64", "[]", "[7]"),
            input("by", "INT64", "[]", "[2]"));
    assertThat(infer("scalars", three).json().at("/outputs/0/data").toString())
        .isEqualTo("[1,3,5]");
    assertThat(
            predict("scalars", "{\"from\":1,\"to\":7,\"by\":2}").json().at("/output/y").toString())
        .isEqualTo("[1,3,5]");
  }

  @Test
  void whatTheOptimizerBreaksIsServedWithoutIt() {
    publish("optimizer-dropout");
    assertThat(
            infer("optimizer-dropout", input("x", "FP32", "[1,2]", "[1,-2]"))
                .json()
                .at("/outputs/0/data")
                .toString())
        .isEqualTo("[1.0,-2.0]");
    JsonNode checks =
        client.get("/api/v1/models/unusual-optimizer-dropout/versions/1").json().path("checks");
    assertThat(checks.path("optimization").asText()).isEqualTo("none");
    assertThat(checks.at("/remarks/0/code").asText()).isEqualTo("less_optimized");
  }

  @Test
  void anInputBeyondALimitIsToldWhichLimit() {
    byte[] onnx = GreedyModels.zeros();
    client.post("/api/v1/models/unusual-zeros/versions", onnx, "Content-Type", "application/onnx");
    Answer refused =
        client.post(
            "/v2/models/unusual-zeros/versions/1/infer",
            "{\"inputs\":[" + input("x", "FP32", "[1]", "[1e10]") + "]}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("slipway.serving.run-memory", " MiB");
    assertThat(refused.json().at("/errors/0/code").asText()).isEqualTo("over_limit");
    JsonNode problem = json("/models/unusual-zeros/versions/1/predict", "{\"x\":[1e10]}").json();
    assertThat(problem.path("type").asText()).endsWith("model-error");
    assertThat(problem.path("detail").asText()).contains("slipway.serving.run-memory");
  }

  @Test
  void whatIsUntriedIsRegisteredCalledByNumberAndNotPromoted() {
    ModelVersion version = Served.onnx(registry, "unusual-unguessable", "made-up/unguessable");
    assertThat(version.untried()).isTrue();
    assertThatThrownBy(() -> Served.promote(promotions, version))
        .isInstanceOf(Refusal.Conflict.class)
        .hasMessageContainingAll("is untried", "one golden example");
    String path = "/models/unusual-unguessable/versions/1/predict";
    assertThat(json(path, "{\"x\":[4711]}").json().at("/output/y").toString()).isEqualTo("[4711]");
    JsonNode checks =
        client.get("/api/v1/models/unusual-unguessable/versions/1").json().path("checks");
    assertThat(checks.path("untried").asBoolean()).isTrue();
    assertThat(checks.at("/remarks/0/code").asText()).isEqualTo("untried");
  }
}
