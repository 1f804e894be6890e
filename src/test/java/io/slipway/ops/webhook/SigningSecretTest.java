package io.slipway.ops.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {
  private static final Path REFERENCE = Path.of("src/test/resources/webhooks/signatures.json");

  /// By `src/test/python/webhook_reference.py`.
  @Test
  void signaturesAreThoseOfTheReferenceLibrary() throws IOException {
    JsonNode rows = new ObjectMapper().readTree(Files.readString(REFERENCE));
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      assertThat(
              SigningSecret.of(row.get("secret").asText())
                  .sign(
                      row.get("id").asText(),
                      row.get("timestamp").asLong(),
                      row.get("body").asText().getBytes(StandardCharsets.UTF_8)))
          .as(row.get("id").asText())
          .isEqualTo(row.get("signature").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 25, 64})
  void aSecretHas24To64Bytes(int bytes) {
    assertThat(SigningSecret.of(secret(bytes))).hasToString("a secret");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23, 65})
  void aSecretOfAnotherLengthIsRefused(int bytes) {
    assertThatThrownBy(() -> SigningSecret.of(secret(bytes)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "whsec_",
        "whsec_nothing at all of base sixty-four",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
      })
  void whatIsNoSecretIsRefusedAndNotRepeated(String text) {
    assertThatThrownBy(() -> SigningSecret.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a webhook secret")
        .hasNoCause();
  }

  private static String secret(int bytes) {
    return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
  }
}
