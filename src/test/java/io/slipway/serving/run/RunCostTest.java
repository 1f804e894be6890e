package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class RunCostTest {
  private static final long MS = 1_000_000;

  /// What is learned from runs of as many rows as are allowed, give or take.
  private static RunCost learned(IntToLongFunction nanos) {
    RunCost cost = new RunCost();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2_000; i++) {
      int rows = 1 + random.nextInt(cost.together());
      long noise = nanos.applyAsLong(rows) / 10;
      cost.ran(rows, nanos.applyAsLong(rows) + random.nextLong(-noise, noise + 1));
    }
    return cost;
  }

  @Test
  void whatIsNotKnownIsTriedWithAFew() {
    RunCost cost = new RunCost();
    assertThat(cost.together()).isBetween(2, 8);
    for (int i = 0; i < 100; i++) {
      cost.ran(1, 5 * MS);
    }
    assertThat(cost.together()).as("still nothing is known of two").isBetween(2, 8);
  }

  @Test
  void aModelThatCostsTheSameForAFewRowsTakesMany() {
    assertThat(learned(n -> 5 * MS + n * 10_000).together()).isEqualTo(RunCost.MOST);
  }

  @Test
  void aModelThatCostsEachRowInFullTakesOne() {
    RunCost cost = learned(n -> n * MS);
    int alone = 0;
    for (int i = 0; i < 100; i++) {
      cost.ran(1, MS);
      alone += cost.together() == 1 ? 1 : 0;
    }
    assertThat(alone).as("but for a try now and then").isGreaterThan(80);
  }

  @Test
  void aSharedRunIsBounded() {
    assertThat(learned(n -> 12 * MS + n * 2 * MS).together()).isBetween(3, 12);
  }
}
