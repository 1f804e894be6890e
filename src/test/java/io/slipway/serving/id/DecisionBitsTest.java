package io.slipway.serving.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slipway.Seed;
import io.slipway.pipeline.Prediction;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecisionBitsTest {
  private final long seed = Seed.of("decision bits");
  private final Random random = new Random(seed);

  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(i -> "l" + i).toList();
  }

  private static Decision roundTrip(Prediction prediction, List<String> labels) {
    int bits = DecisionBits.of(prediction, labels);
    assertThat(bits >>> DecisionBits.SIZE).isZero();
    return DecisionBits.read(bits);
  }

  private static Decision.Label classified(int count, int label, double score) {
    double[] p = new double[count];
    p[count == 2 ? 1 : label] = score;
    List<String> labels = labels(count);
    return (Decision.Label) roundTrip(new Prediction.Classified(labels, p, label, null), labels);
  }

  @Test
  void aLabelIsExactAndItsScoreWithinHalfAStep() {
    for (int count : new int[] {2, 3, 16, 17, 1_000, 16_383, 21_841}) {
      for (int i = 0; i < 500; i++) {
        int label = i == 0 ? 0 : i == 1 ? count - 1 : random.nextInt(count);
        double score = i == 2 ? 0 : i == 3 ? 1 : random.nextDouble();
        Decision.Label read = classified(count, label, score);
        String what = "label %d of %d, seed %d".formatted(label, count, seed);
        assertThat(read.index()).as(what).isEqualTo(label < 16_383 ? Integer.valueOf(label) : null);
        assertThat(read.score()).as(what).isCloseTo(score, within(read.step() / 2 * 1.000_001));
        assertThat(read.step()).isEqualTo(count <= 16 ? 1 / 1_048_574.0 : 1 / 1_022.0);
      }
    }
  }

  @Test
  void whatIsNoScoreBetween0And1IsNotMadeOne() {
    for (double score :
        new double[] {-1e-9, 1.000_001, 7, Double.NaN, Double.POSITIVE_INFINITY, -3}) {
      assertThat(classified(2, 1, score).score()).isNull();
      assertThat(classified(40, 39, score).score()).isNull();
      assertThat(classified(40, 39, score).index()).isEqualTo(39);
    }
  }

  @Test
  void ofTwoLabelsTheScoreIsThatOfTheSecondWhicheverIsDecided() {
    List<String> labels = List.of("stay", "churn");
    double[] p = {0.75, 0.25};
    Decision.Label read =
        (Decision.Label) roundTrip(new Prediction.Classified(labels, p, 0, null), labels);
    assertThat(read.index()).isZero();
    assertThat(read.score()).isCloseTo(0.25, within(read.step()));
    for (String label : labels) {
      Decision.Label scored =
          (Decision.Label) roundTrip(new Prediction.Scored("p", 0.625, label), labels);
      assertThat(scored.index()).isEqualTo(labels.indexOf(label));
      assertThat(scored.score()).isCloseTo(0.625, within(scored.step()));
    }
  }

  @Test
  void aValueIsRoundedTo16SignificantBits() {
    for (int i = 0; i < 20_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> random.nextGaussian();
            case 1 -> Math.scalb(random.nextDouble() + 1, random.nextInt(252) - 126);
            case 2 -> -Math.scalb(random.nextDouble() + 1, random.nextInt(252) - 126);
            default -> random.nextInt(1_000_000);
          };
      double read = value(value);
      assertThat(Math.abs(read - value))
          .as("%s, seed %d", value, seed)
          .isLessThanOrEqualTo(Math.abs(value) * 0x1.01p-16);
    }
  }

  private static double value(double value) {
    return ((Decision.Value) roundTrip(new Prediction.Scored("price", value, null), List.of()))
        .value();
  }

  @Test
  void whatAFloatDoesNotHoldIsToldAsSuch() {
    assertThat(value(Double.NaN)).isNaN();
    assertThat(value(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(value(-1e300)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(value(Float.MAX_VALUE)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(value(1e-300)).isZero();
    assertThat(value(0)).isZero();
  }

  @Test
  void ofTensorsNothingIsSaid() {
    assertThat(roundTrip(new Prediction.Raw(Map.of()), List.of())).isEqualTo(new Decision.None());
  }

  @Test
  void bitsThatAreNeverWrittenAreNone() {
    assertThat(DecisionBits.read(1)).as("tensors with something").isNull();
    assertThat(DecisionBits.read(3 << 24 | 0x7fc001)).as("another NaN").isNull();
    assertThat(DecisionBits.read(3 << 24 | 0xffc000)).as("another NaN").isNull();
  }
}
