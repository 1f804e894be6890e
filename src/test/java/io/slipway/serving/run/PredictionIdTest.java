package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictionIdTest {
  @Test
  void idsAreOrderedByTimeAndDistinct() {
    Set<String> ids = new HashSet<>();
    String before = "";
    for (long millis = 0; millis < 1L << 40; millis += 100_000_007) {
      String id = PredictionId.at(millis).toString();
      assertThat(id).hasSize(26).matches("[0-9A-HJKMNP-TV-Z]+").isGreaterThan(before);
      ids.add(id);
      ids.add(PredictionId.at(millis).toString());
      before = id;
    }
    assertThat(ids).hasSizeGreaterThan(20_000).hasSize(2 * (int) ((1L << 40) / 100_000_007 + 1));
  }

  @Test
  void theTimeIsInTheFirstTenCharacters() {
    assertThat(PredictionId.at(0).toString()).startsWith("0000000000");
    assertThat(PredictionId.at((1L << 48) - 1).toString()).startsWith("7ZZZZZZZZZ");
  }
}
