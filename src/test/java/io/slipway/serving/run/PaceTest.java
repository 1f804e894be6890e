package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SIZE = 500;

  private static void serve(Pace pace, int calls, long nanos) {
    for (int i = 0; i < calls; i++) {
      pace.served(SIZE, nanos);
    }
  }

  @Test
  void whatIsNotKnownIsNotBrief() {
    assertThat(new Pace(0, 0).brief(1)).isFalse();
    assertThat(new Pace(100_000, SIZE).brief(1)).isTrue();
    assertThat(new Pace(5_000_000, SIZE).brief(1)).isFalse();
  }

  @Test
  void aVersionThatGetsFastComesAndOneThatGetsSlowLeaves() {
    Pace pace = new Pace(5_000_000, SIZE);
    serve(pace, 3_000, 30_000);
    assertThat(pace.brief(SIZE)).isTrue();

    serve(pace, 7, 400_000);
    assertThat(pace.brief(SIZE)).as("a disturbance").isTrue();
    serve(pace, 1, 400_000);
    assertThat(pace.brief(SIZE)).as("no disturbance any more").isFalse();

    serve(pace, 100, 30_000);
    assertThat(pace.brief(SIZE)).as("too early").isFalse();
    serve(pace, 1_000, 30_000);
    assertThat(pace.brief(SIZE)).isTrue();
  }

  @Test
  void betweenTheTwoBoundsNothingChanges() {
    Pace brief = new Pace(190_000, SIZE);
    Pace slow = new Pace(1_000_000, SIZE);
    serve(brief, 2_000, 250_000);
    serve(slow, 2_000, 250_000);

    assertThat(brief.brief(SIZE)).isTrue();
    assertThat(slow.brief(SIZE)).isFalse();
  }

  @Test
  void theSlowOnesOfManyCallsCountAndNotTheirMean() {
    Pace pace = new Pace(1_000, SIZE);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      pace.served(SIZE, random.nextInt(100) < 15 ? 2_000_000 : 10_000);
    }

    assertThat(pace.brief(SIZE)).isFalse();
  }

  @Test
  void beforeAnyCallOneThatIsMuchLargerThanTheExamplesIsNotBrief() {
    Pace pace = new Pace(20_000, SIZE);

    assertThat(pace.brief(SIZE)).isTrue();
    assertThat(pace.brief(100 * SIZE)).isFalse();
    assertThat(pace.brief(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void aCallManyTimesAsLargeAsUsualIsNotBrief() {
    Pace pace = new Pace(20_000, SIZE);
    serve(pace, 1_000, 20_000);

    assertThat(pace.brief(SIZE)).isTrue();
    assertThat(pace.brief(5 * SIZE)).isTrue();
    assertThat(pace.brief(100 * SIZE)).isFalse();
    assertThat(pace.brief(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void largeCallsAmongSmallOnesDoNotMakeTheVersionSlow() {
    Pace pace = new Pace(20_000, SIZE);
    for (int i = 0; i < 5_000; i++) {
      pace.served(i % 10 == 0 ? 100 * SIZE : SIZE, i % 10 == 0 ? 1_000_000 : 20_000);
    }

    assertThat(pace.brief(SIZE)).isTrue();
  }

  @Test
  void whatLargeCallsTakeIsLearnedFromLargeCalls() {
    Pace pace = new Pace(100_000, SIZE);
    for (int i = 0; i < 100; i++) {
      pace.took(SIZE, 50_000);
    }
    assertThat(pace.expected(SIZE)).isEqualTo(50_000);
    assertThat(pace.expected(SIZE * 8)).as("in proportion, about").isBetween(200_000L, 800_000L);
    assertThat(pace.expected(16 << 20)).as("never seen: not in proportion").isEqualTo(800_000);

    pace.took(16 << 20, 5_000_000);
    for (int i = 0; i < 1_000; i++) {
      pace.took(SIZE, 50_000);
    }
    assertThat(pace.expected(16 << 20)).as("not forgotten meanwhile").isEqualTo(5_000_000);
    assertThat(pace.expected(SIZE)).isEqualTo(50_000);
    assertThat(pace.expected(1)).as("smaller than any seen").isEqualTo(50_000);
    assertThat(pace.expected(Long.MAX_VALUE)).isBetween(50_000L, 60_000L);
  }
}
