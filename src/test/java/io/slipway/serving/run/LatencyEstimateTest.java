package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyEstimateTest {
  private static final long SIZE = 500;

  private static void serve(LatencyEstimate latency, int calls, long nanos) {
    for (int i = 0; i < calls; i++) {
      latency.served(SIZE, nanos);
    }
  }

  @Test
  void whatIsNotKnownIsNotBrief() {
    assertThat(new LatencyEstimate(0, 0).brief(1)).isFalse();
    assertThat(new LatencyEstimate(100_000, SIZE).brief(1)).isTrue();
    assertThat(new LatencyEstimate(5_000_000, SIZE).brief(1)).isFalse();
  }

  @Test
  void aVersionThatGetsFastComesAndOneThatGetsSlowLeaves() {
    LatencyEstimate latency = new LatencyEstimate(5_000_000, SIZE);
    serve(latency, 3_000, 30_000);
    assertThat(latency.brief(SIZE)).isTrue();

    serve(latency, 7, 400_000);
    assertThat(latency.brief(SIZE)).as("a disturbance").isTrue();
    serve(latency, 1, 400_000);
    assertThat(latency.brief(SIZE)).as("no disturbance any more").isFalse();

    serve(latency, 100, 30_000);
    assertThat(latency.brief(SIZE)).as("too early").isFalse();
    serve(latency, 1_000, 30_000);
    assertThat(latency.brief(SIZE)).isTrue();
  }

  @Test
  void betweenTheTwoBoundsNothingChanges() {
    LatencyEstimate brief = new LatencyEstimate(190_000, SIZE);
    LatencyEstimate slow = new LatencyEstimate(1_000_000, SIZE);
    serve(brief, 2_000, 250_000);
    serve(slow, 2_000, 250_000);

    assertThat(brief.brief(SIZE)).isTrue();
    assertThat(slow.brief(SIZE)).isFalse();
  }

  @Test
  void theSlowOnesOfManyCallsCountAndNotTheirMean() {
    LatencyEstimate latency = new LatencyEstimate(1_000, SIZE);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      latency.served(SIZE, random.nextInt(100) < 15 ? 2_000_000 : 10_000);
    }

    assertThat(latency.brief(SIZE)).isFalse();
  }

  @Test
  void beforeAnyCallOneThatIsMuchLargerThanTheExamplesIsNotBrief() {
    LatencyEstimate latency = new LatencyEstimate(20_000, SIZE);

    assertThat(latency.brief(SIZE)).isTrue();
    assertThat(latency.brief(100 * SIZE)).isFalse();
    assertThat(latency.brief(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void aCallManyTimesAsLargeAsUsualIsNotBrief() {
    LatencyEstimate latency = new LatencyEstimate(20_000, SIZE);
    serve(latency, 1_000, 20_000);

    assertThat(latency.brief(SIZE)).isTrue();
    assertThat(latency.brief(5 * SIZE)).isTrue();
    assertThat(latency.brief(100 * SIZE)).isFalse();
    assertThat(latency.brief(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void largeCallsAmongSmallOnesDoNotMakeTheVersionSlow() {
    LatencyEstimate latency = new LatencyEstimate(20_000, SIZE);
    for (int i = 0; i < 5_000; i++) {
      latency.served(i % 10 == 0 ? 100 * SIZE : SIZE, i % 10 == 0 ? 1_000_000 : 20_000);
    }

    assertThat(latency.brief(SIZE)).isTrue();
  }

  @Test
  void whatLargeCallsTakeIsLearnedFromLargeCalls() {
    LatencyEstimate latency = new LatencyEstimate(100_000, SIZE);
    for (int i = 0; i < 100; i++) {
      latency.took(SIZE, 50_000);
    }
    assertThat(latency.expected(SIZE)).isEqualTo(50_000);
    assertThat(latency.expected(SIZE * 8)).as("in proportion, about").isBetween(200_000L, 800_000L);
    assertThat(latency.expected(16 << 20)).as("never seen: not in proportion").isEqualTo(800_000);

    latency.took(16 << 20, 5_000_000);
    for (int i = 0; i < 1_000; i++) {
      latency.took(SIZE, 50_000);
    }
    assertThat(latency.expected(16 << 20)).as("not forgotten meanwhile").isEqualTo(5_000_000);
    assertThat(latency.expected(SIZE)).isEqualTo(50_000);
    assertThat(latency.expected(1)).as("smaller than any seen").isEqualTo(50_000);
    assertThat(latency.expected(Long.MAX_VALUE)).isBetween(50_000L, 60_000L);
  }

  @Test
  void aVersionOfWhichNothingIsKnownIsServedElsewhereForSomeCalls() {
    LatencyEstimate unknown = new LatencyEstimate(0, 0);
    for (int i = 0; i < 15; i++) {
      unknown.served(100, 20_000);
      assertThat(unknown.brief(100)).isFalse();
    }
    unknown.served(100, 20_000);
    assertThat(unknown.brief(100)).isTrue();
  }
}
