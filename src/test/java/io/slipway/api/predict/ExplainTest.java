package io.slipway.api.predict;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The way to a decision, from the outside.
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabaseResource.class)
class ExplainTest {
  private static final String CUSTOMER = "/models/x-customer-v1";

  @Inject Registry registry;
  @Inject Promotions promotions;

  @TestHTTPResource("/")
  URI root;

  private Gateway gateway;

  @BeforeEach
  void publish() {
    gateway = new Gateway(root);
    for (String bundle : List.of("customer-v1", "review-v1", "mail-v1", "image-v1")) {
      if (gateway.get("/models/x-" + bundle).status() != 200) {
        ModelVersion version = Bundles.register(registry, "x-" + bundle, bundle);
        promotions.promote(
            new Promotion(
                "x-" + bundle, "production", version.number(), null, null, Caller.SYSTEM));
      }
    }
  }

  private static String object() {
    return Gateway.examples(Bundles.folder("customer-v1")).getFirst().get("object").toString();
  }

  private static JsonNode column(JsonNode answer, String op, String name) {
    for (JsonNode step : answer.path("steps")) {
      for (JsonNode column : step.path("columns")) {
        if (step.path("op").asText().equals(op) && column.path("name").asText().equals(name)) {
          return column;
        }
      }
    }
    throw new AssertionError("no column " + name + " of " + op + " in " + answer);
  }

  @Test
  void theExplainedDecisionIsThePredictedOne() {
    for (String way : List.of("", "/stages/production", "/versions/1")) {
      Answer explained = gateway.json(CUSTOMER + way + "/explain", object());
      Answer predicted = gateway.json(CUSTOMER + way + "/predict", object());
      assertThat(explained.status()).isEqualTo(200);
      assertThat(explained.json().path("output")).isEqualTo(predicted.json().path("output"));
      assertThat(explained.header("Slipway-Model-Version")).isEqualTo("1");
      assertThat(explained.header("Server-Timing")).contains("inference;dur=");
      assertThat(explained.json().path("phases").path("inference").asDouble()).isPositive();
    }
  }

  @Test
  void everyStepShowsWhatItWrote() {
    JsonNode answer =
        gateway
            .json(
                CUSTOMER + "/explain",
                "{\"customer_id\":\"C-1\",\"customer_since\":\"2019-10-31\","
                    + "\"contract\":\"One year\",\"monthly_charges\":70.2}")
            .json();
    assertThat(column(answer, "input", "customer_since").path("value").asText())
        .isEqualTo("2019-10-31");
    assertThat(column(answer, "input", "total_charges").path("value").isNull()).isTrue();
    assertThat(column(answer, "months_between", "tenure_months").path("value").asDouble())
        .isEqualTo(3);
    assertThat(column(answer, "impute", "total_charges").path("value").asDouble())
        .isEqualTo(1410.25);
    JsonNode contract = column(answer, "one_hot", "contract_1h");
    assertThat(contract.path("shape").toString()).isEqualTo("[3]");
    assertThat(contract.path("nonzero").asInt()).isEqualTo(1);
    assertThat(contract.path("entries").toString()).isEqualTo("[[1,1.0]]");
    JsonNode tensor = answer.path("tensors").get(0);
    assertThat(tensor.path("dtype").asText()).isEqualTo("float32");
    assertThat(tensor.path("shape").toString()).isEqualTo("[1,43]");
    assertThat(tensor.path("values")).hasSize(43);
  }

  @Test
  void whatIsLongIsCutShortAndSaysSo() throws Exception {
    Answer review =
        gateway.json(
            "/models/x-review-v1/explain",
            "{\"review_id\":\"R\",\"text\":\"" + "good film ".repeat(1000) + "\"}");
    JsonNode text = column(review.json(), "input", "text");
    assertThat(text.path("value").asText()).hasSize(2000);
    assertThat(text.path("truncated").asBoolean()).isTrue();
    assertThat(text.path("chars").asInt()).isEqualTo(10_000);

    byte[] image = Files.readAllBytes(Bundles.folder("image-v1").resolve("examples/0.png"));
    Answer digit = gateway.post("/models/x-image-v1/explain", "image/png", image);
    JsonNode pixels = column(digit.json(), "decode_image", "image");
    assertThat(pixels.path("shape")).hasSize(3);
    assertThat(pixels.path("values")).hasSize(64);
    assertThat(pixels.path("truncated").asBoolean()).isTrue();
    assertThat(pixels.path("max").asDouble()).isGreaterThan(pixels.path("min").asDouble());
  }

  @Test
  void aMailIsExplainedAsItCame() throws Exception {
    byte[] mail = Files.readAllBytes(Bundles.folder("mail-v1").resolve("examples/10.eml"));
    Answer answer = gateway.post("/models/x-mail-v1/explain", "message/rfc822", mail);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(column(answer.json(), "input", "n_parts").path("value").isNumber()).isTrue();
  }

  @Test
  void explainRefusesAsPredictDoes() {
    String broken = "{\"customer_id\":7,\"monthly_charges\":\"a lot\"}";
    Answer explained = gateway.json(CUSTOMER + "/explain", broken);
    Answer predicted = gateway.json(CUSTOMER + "/predict", broken);
    assertThat(explained.status()).isEqualTo(422);
    assertThat(explained.json().path("errors")).isEqualTo(predicted.json().path("errors"));
    assertThat(gateway.json("/models/nobody/explain", "{}").status()).isEqualTo(404);
    assertThat(gateway.get(CUSTOMER + "/explain").status()).isEqualTo(405);
    assertThat(gateway.post(CUSTOMER + "/explain", "application/x-ndjson", new byte[0]).status())
        .isEqualTo(415);
  }

  @Test
  void aBatchIsNotExplained() {
    Answer answer = gateway.json(CUSTOMER + "/explain", "{\"instances\":[" + object() + "]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText()).contains("one object");
  }
}
