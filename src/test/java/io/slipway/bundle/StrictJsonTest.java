package io.slipway.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static String explained(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    IOException refused = catchThrowableOfType(IOException.class, () -> StrictJson.read(bytes));
    assertThat(refused).as(text).isNotNull();
    return StrictJson.explain(refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[NaN]",
        "[Infinity]",
        "[-INF]",
        "[+1]",
        "[01]",
        "[.5]",
        "[5.]",
        "{} {}",
        "[1] x",
        "[1",
        "{\"a\":1",
        "{\"a\"",
        "[\"a",
        "[1}",
        "{'a':1}",
        "{a:1}",
        "[1,]",
        "/* */ 1",
        "# 1",
        "[\"\\x\"]",
        "[\"a\nb\"]",
        "{\"a\":1,\"a\":2}",
        "tru",
        "[1e]"
      })
  void noNameOfTheParsersSettingsOrClassesReachesACaller(String text) {
    assertThat(explained(text))
        .doesNotContain("Feature", "Source", "REDACTED", "com.fasterxml", "`", "not enabled")
        .isNotBlank();
  }

  @Test
  void thePlaceAndTheFaultAreNamed() {
    assertThat(explained("{\"a\":\n NaN}")).contains("NaN").contains("line 2");
    assertThat(explained("{\"a\":1,\"a\":2}")).contains("'a'");
    assertThat(explained("{} {}")).contains("more after the value");
  }
}
