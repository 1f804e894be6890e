package io.slipway.cli;

import static io.slipway.cli.Terminal.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.cli.Terminal.Done;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prediction ids as an administrator handles them at a terminal, against a running server.
@QuarkusTest
class IdVerbsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CUSTOMER =
      "{\"customer_id\":\"C1\",\"customer_since\":\"2019-10-18\",\"contract\":\"Month-to-month\","
          + "\"monthly_charges\":70.35,\"total_charges\":160.85}";

  @TestHTTPResource URI url;

  private Done remote(String... args) {
    return Terminal.at(url, args);
  }

  @Test
  void anIdIsDecodedAlsoAfterItsKeyWasReplacedAndItsVersionDeleted(@TempDir Path temp)
      throws IOException {
    Path customer = Files.writeString(temp.resolve("customer.json"), CUSTOMER);
    assertThat(
            remote("push", "models-sample/customer/v1", "--model", "ids", "--promote", "production")
                .exit())
        .isZero();
    JsonNode answer = remote("predict", "ids", customer.toString()).json();
    String id = answer.get("prediction_id").asText();
    JsonNode output = answer.get("output");

    Done decoded = remote("id", "decode", id);
    assertThat(decoded.exit()).as(decoded.err()).isZero();
    assertThat(decoded.out().lines().map(line -> line.split(" ")[0]))
        .containsExactly("time", "model", "version", "replica", "counter", "label", "score");
    JsonNode said = remote("id", "decode", id, "--json").json();
    assertThat(said.get("model").asText()).isEqualTo("ids");
    assertThat(said.get("version").asInt()).isEqualTo(1);
    assertThat(said.get("deleted").asBoolean()).isFalse();
    assertThat(Instant.parse(said.get("time").asText()))
        .isBefore(Instant.parse("2095-01-01T00:00:00Z"));
    assertThat(said.at("/replica/name").isTextual()).isTrue();
    assertThat(said.at("/decision/label").asText()).isEqualTo(output.get("label").asText());
    String scored = said.at("/decision/score_label").asText();
    assertThat(
            Math.abs(
                said.at("/decision/score").asDouble()
                    - output.at("/probabilities/" + scored).asDouble()))
        .isLessThan(said.at("/decision/step").asDouble());

    Done rotated = remote("id", "rotate-key", "--reason", "a \"drill\"");
    assertThat(rotated.exit()).as(rotated.err()).isZero();
    assertThat(rotated.out()).contains("created");
    assertThat(remote("history").out()).contains("prediction_id_key.rotated");
    assertThat(remote("id", "decode", id).out()).isEqualTo(decoded.out());
  }

  @Test
  void aForgedIdIsRefusedWithASentence() {
    for (String forged : List.of("AAAAAAAAAAAAAAAAAAAAAA", "short", "01M7Z7C8CCNC5P9F4TA84V932C")) {
      Done refused = remote("id", "decode", forged);
      assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(refused.err()).contains("forged, changed or cut off", "another registry", "404");
    }
  }

  @Test
  void everyVerbBelowIdHasHelpWithAnExample() {
    for (String verb : List.of("decode", "rotate-key")) {
      assertThat(run("id", verb, "--help").out()).as(verb).contains("Example: ");
    }
  }
}
