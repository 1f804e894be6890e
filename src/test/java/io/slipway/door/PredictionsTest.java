package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.Bundles;
import io.slipway.api.Gateway;
import io.slipway.api.Gateway.Answer;
import io.slipway.door.HeardOutcomes.Heard;
import io.slipway.process.database.EmbeddedDatabaseResource;
import io.slipway.registry.Caller;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Selector;
import io.slipway.serving.load.Promotions;
import io.slipway.serving.run.Protocol;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the protocol, a call takes one way, and its end is heard once, before its caller can
/// know.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class PredictionsTest {
  private static final String MODEL = "doors";

  @Inject Registry registry;
  @Inject Promotions promotions;
  @Inject ServingTable table;
  @Inject BodyBudget budget;
  @Inject HeardOutcomes heard;

  @TestHTTPResource("/")
  URI root;

  private Gateway gateway;

  /// A way to ask, with a request that is answered and one whose object is refused.
  record Way(Protocol protocol, String path, String good, String bad) {
    @Override
    public String toString() {
      return path;
    }
  }

  static Stream<Way> ways() {
    String native1 = "{\"customer_id\":\"X\"}";
    String native2 = "{\"customer_id\":5}";
    String v2 =
        "{\"inputs\":[{\"name\":\"customer_id\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"X\"]}]}";
    String rows = "{\"instances\":[%s]}";
    String examples = "{\"examples\":[%s]}";
    return Stream.of(
        new Way(Protocol.NATIVE, "/models/doors/predict", native1, native2),
        new Way(Protocol.NATIVE, "/models/doors/explain", native1, native2),
        new Way(Protocol.OPEN_INFERENCE, "/v2/models/doors/infer", v2, v2.replace("[1]", "[2]")),
        new Way(
            Protocol.TENSORFLOW,
            "/v1/models/doors:predict",
            rows.formatted(native1),
            rows.formatted(native2)),
        new Way(
            Protocol.TENSORFLOW,
            "/v1/models/doors:classify",
            examples.formatted(native1),
            examples.formatted(native2)),
        new Way(Protocol.SAGEMAKER, "/invocations", native1, native2));
  }

  @BeforeEach
  void publish() {
    gateway = new Gateway(root);
    if (table.peek(MODEL, Selector.PRODUCTION) == null) {
      ModelVersion version = Bundles.register(registry, MODEL, "customer-v1");
      promotions.promote(
          new Promotion(MODEL, "production", version.number(), null, null, Caller.SYSTEM));
    }
    heard.of(MODEL);
  }

  private Answer ask(Way way, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("X-Amzn-SageMaker-Target-Model", MODEL, "Slipway-Routing-Key", "me"));
    return gateway.post(
        way.path(),
        "application/json",
        body.getBytes(StandardCharsets.UTF_8),
        all.toArray(String[]::new));
  }

  private Heard only(Way way, RequestEnd end) {
    List<Heard> all = heard.take();
    assertThat(all).as("%s", all).hasSize(1);
    assertThat(all.getFirst().outcome().protocol()).isEqualTo(way.protocol());
    assertThat(all.getFirst().outcome().end()).isEqualTo(end);
    assertThat(all.getFirst().outcome().choice().key()).isEqualTo("me");
    return all.getFirst();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whoHasHisAnswerIsHeardOfAlready(Way way) {
    for (int i = 0; i < 200; i++) {
      Answer answer = ask(way, way.good());
      assertThat(answer.status()).as("%s", answer.json()).isEqualTo(200);
      only(way, RequestEnd.OK);
    }
    await().until(() -> budget.taken() == 0);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void eachDecisionHasAnIdWhateverTheProtocol(Way way) {
    Answer answer = ask(way, way.good());

    JsonNode json = answer.json();
    String id =
        switch (way.protocol()) {
          case NATIVE -> json.path("prediction_id").asText();
          case OPEN_INFERENCE -> json.at("/parameters/prediction_ids").asText();
          case TENSORFLOW, SAGEMAKER -> answer.header("Slipway-Prediction-Id");
        };
    assertThat(only(way, RequestEnd.OK).ids()).containsExactly(id);
    assertThat(answer.header("Slipway-Model-Version")).isEqualTo("1");
    assertThat(answer.header("Slipway-Model-Digest")).startsWith("sha256:");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aRefusalIsHeardOfOnceWhereverItComesFrom(Way way) {
    assertThat(ask(way, way.bad()).status()).isBetween(400, 499);
    assertThat(only(way, RequestEnd.INVALID_INPUT).outcome().choice().servable()).isNotNull();

    assertThat(ask(way, "{").status()).isEqualTo(400);
    only(way, RequestEnd.MALFORMED);

    assertThat(ask(way, way.good(), "Slipway-Deadline-Ms", "soon").status()).isEqualTo(400);
    assertThat(only(way, RequestEnd.MALFORMED).outcome().choice().servable()).isNotNull();

    assertThat(tooLarge(way).status()).isEqualTo(413);
    only(way, RequestEnd.TOO_LARGE);
    await().until(() -> budget.taken() == 0);
  }

  private Answer tooLarge(Way way) {
    return gateway.send(
        gateway
            .request(way.path())
            .header("Content-Type", "application/json")
            .header("X-Amzn-SageMaker-Target-Model", MODEL)
            .header("Slipway-Routing-Key", "me")
            .expectContinue(true)
            .POST(BodyPublishers.fromPublisher(BodyPublishers.noBody(), 1L << 35))
            .build());
  }

  @Test
  void whatIsNotThereIsHeardOfToo() {
    heard.of("nobody");
    Way way = new Way(Protocol.NATIVE, "/models/nobody/predict", "{}", "{}");

    assertThat(ask(way, "{}").status()).isEqualTo(404);

    assertThat(only(way, RequestEnd.NOT_READY).outcome().choice().servable()).isNull();
  }

  @Test
  void eachChunkOfAStreamIsHeardOf() {
    gateway.send(
        gateway
            .request("/models/doors/predict")
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString("{\"customer_id\":\"X\"}\n"))
            .build());

    assertThat(heard.take())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.outcome().end()).isEqualTo(RequestEnd.OK);
              assertThat(one.outcome().protocol()).isEqualTo(Protocol.NATIVE);
            });
  }
}
