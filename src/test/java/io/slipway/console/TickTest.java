package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TickTest {
  /// `count` calls in the bucket at `index`, all of them ok.
  private static Tick calls(int index, long count) {
    long[] buckets = new long[Tick.BOUNDS.length + 1];
    buckets[index] = count;
    double[] phases = new double[Tick.PHASES.length];
    Arrays.fill(phases, count * 0.001);
    return new Tick(count, 0, 0, buckets, phases);
  }

  @Test
  void aQuantileIsInterpolatedInItsBucket() {
    // 100 calls between 1 ms and 2.5 ms: the 50th is in the middle.
    assertThat(calls(2, 100).quantile(0.5)).isCloseTo(0.00175, within(1e-9));
    assertThat(calls(0, 100).quantile(0.99)).isCloseTo(0.000495, within(1e-9));
  }

  @Test
  void aQuantileOverTwoBucketsLiesInTheSecond() {
    Tick both = calls(0, 90).plus(calls(4, 10));
    assertThat(both.quantile(0.5)).isLessThan(0.0005);
    assertThat(both.quantile(0.99)).isBetween(0.005, 0.01);
  }

  @Test
  void whatIsSlowerThanEveryBoundIsShownAtTheLast() {
    assertThat(calls(Tick.BOUNDS.length, 5).quantile(0.5)).isEqualTo(5);
  }

  @Test
  void withoutCallsThereIsNothingToSay() {
    assertThat(Tick.NOTHING.quantile(0.99)).isNaN();
    assertThat(Tick.NOTHING.mean(0)).isNaN();
    assertThat(Tick.NOTHING.failures()).isNaN();
  }

  @Test
  void aTickIsWhatCameSinceTheOneBefore() {
    Tick since = calls(2, 100).since(calls(2, 60));
    assertThat(since.requests()).isEqualTo(40);
    assertThat(since.buckets()[2]).isEqualTo(40);
    assertThat(since.mean(0)).isCloseTo(0.001, within(1e-9));
  }

  @Test
  void aCounterThatBeganAnewCountsFromZero() {
    assertThat(calls(2, 10).since(calls(2, 60)).requests()).isEqualTo(10);
  }

  @Test
  void refusalsAreNoFailures() {
    Tick tick = new Tick(6, 3, 1, Tick.NOTHING.buckets(), Tick.NOTHING.phases());
    assertThat(tick.failures()).isEqualTo(0.1);
  }
}
