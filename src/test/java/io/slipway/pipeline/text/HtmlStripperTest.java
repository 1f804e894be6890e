package io.slipway.pipeline.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlStripperTest {

  @Test
  void stripsAsTheRegularExpressionOfTheClassCommentInPython() {
    for (JsonNode row : References.read("html.json")) {
      String html = row.get(0).textValue();
      assertThat(HtmlStripper.strip(html)).as(html).isEqualTo(row.get(1).textValue());
    }
  }

  @Test
  void resolvesEveryCharacterReferenceAsPython() {
    for (JsonNode row : References.read("unescape.json")) {
      String text = row.get(0).textValue();
      assertThat(HtmlEntities.unescape(text)).as(text).isEqualTo(row.get(1).textValue());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<",
        "<>",
        "<script>",
        "<style ",
        "<!--",
        "</",
        "<script></script ",
        "&",
        "&a",
        "&#"
      })
  void aHostileMegabyteTakesLinearTime(String unit) {
    String html = unit.repeat(1_000_000 / unit.length());
    // Quadratic time would be hours.
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> HtmlStripper.strip(html));
  }
}
