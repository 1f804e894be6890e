package io.slipway.serving.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredictionIdTest {
  @Test
  void anIdIsWrittenAsBase64urlAndReadBack() {
    long seed = Seed.of("texts of ids");
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      PredictionId id =
          i < 128
              ? new PredictionId(i < 64 ? 1L << i : 0, i < 64 ? 0 : 1L << i - 64)
              : new PredictionId(random.nextLong(), random.nextLong());
      byte[] bytes = ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
      String text = id.toString();
      assertThat(text)
          .as("seed %d", seed)
          .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      assertThat(PredictionId.parse(text)).isEqualTo(id);
    }
  }

  @Test
  void whatIsNotWrittenSoIsNoId() {
    String id = new PredictionId(-1, -1).toString();
    assertThat(id).isEqualTo("_____________________w");
    assertThat(PredictionId.parse(id)).isNotNull();
    for (String wrong :
        new String[] {
          "",
          id.substring(1),
          id + "A",
          id + "==",
          id.substring(1) + "x",
          "/" + id.substring(1),
          "+" + id.substring(1),
          "é" + id.substring(1),
          " " + id.substring(1),
          "01M7Z7C8CCNC5P9F4TA84V932C",
          "x".repeat(100_000)
        }) {
      assertThat(PredictionId.parse(wrong)).as(wrong).isNull();
    }
  }

  /// Of the 64 characters that could stand last, four are the last one of an id.
  @Test
  void everyIdIsWrittenInOneWay() {
    Set<PredictionId> ids = new HashSet<>();
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (char last : digits.toCharArray()) {
      PredictionId id = PredictionId.parse("A".repeat(21) + last);
      if (id != null) {
        ids.add(id);
      }
    }
    assertThat(ids).hasSize(4);
  }
}
