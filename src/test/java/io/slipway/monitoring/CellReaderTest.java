package io.slipway.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.profile.Profile;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellReaderTest {
  private static final Frame FRAME = new Frame.Shape(0, 0).frame();
  private static final Prediction DECISION = new Prediction.Scored("y", 0, null);

  private static int cell(double[] edges, double value) {
    return CellReader.OfNumber.of(edges, (_, _) -> value).cell(FRAME, DECISION);
  }

  @Test
  void aNumberIsInTheBinThatReachesUpToItsUpperEdge() {
    Random random = new Random(Seed.of("bins of numbers"));
    for (int size = 0; size < 200; size++) {
      double[] edges = random.doubles(size, -5, 5).sorted().distinct().toArray();
      for (int i = 0; i < 50; i++) {
        double value =
            size > 0 && i % 5 == 0 ? edges[random.nextInt(edges.length)] : random.nextDouble(-6, 6);
        assertThat(cell(edges, value)).isEqualTo(Profile.Measure.bin(edges, value));
      }
      assertThat(cell(edges, Double.NaN)).isEqualTo(edges.length + 1);
      assertThat(cell(edges, Double.POSITIVE_INFINITY)).isEqualTo(edges.length + 1);
      assertThat(cell(edges, Double.MAX_VALUE)).isEqualTo(edges.length);
    }
  }

  @Test
  void aWordIsInItsPlaceOrAmongTheOthersOrMissing() {
    String[] word = {"b"};
    CellReader reader = CellReader.OfWord.of(List.of("a", "b"), (_, _) -> word[0]);
    assertThat(reader.cell(FRAME, DECISION)).isEqualTo(1);
    word[0] = "never seen";
    assertThat(reader.cell(FRAME, DECISION)).isEqualTo(2);
    word[0] = null;
    assertThat(reader.cell(FRAME, DECISION)).isEqualTo(3);
  }
}
