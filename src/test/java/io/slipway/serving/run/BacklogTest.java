package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final long MS = 1_000_000;

  private final Backlog backlog = new Backlog(2);

  @Test
  void whatThereIsToDoIsSharedByTheWorkers() {
    for (int i = 0; i < 10; i++) {
      backlog.add(4 * MS);
    }
    assertThat(backlog.foretold()).isEqualTo(20 * MS);

    backlog.done(4 * MS);
    assertThat(backlog.foretold()).isEqualTo(18 * MS);
  }

  @Test
  void aLaneThatIsSlowerThanForetoldIsForetoldToBeSlower() {
    backlog.add(10 * MS);
    backlog.add(10 * MS);
    for (int i = 0; i < 300; i++) {
      // The machine has half of itself to give.
      backlog.waited(backlog.foretold(), 20 * MS);
    }
    assertThat(backlog.foretold()).isBetween(19 * MS, 21 * MS);
  }

  @Test
  void whoeverFindsAFreeWorkerDoesNotWait() {
    backlog.add(100 * MS);
    assertThat(backlog.foretold()).isZero();
    backlog.add(100 * MS);
    assertThat(backlog.foretold()).isEqualTo(100 * MS);
  }

  @Test
  void shortWaitsTeachNothing() {
    backlog.add(MS / 2);
    backlog.add(MS / 2);
    for (int i = 0; i < 100; i++) {
      backlog.waited(backlog.foretold(), 50 * MS);
    }
    assertThat(backlog.foretold()).isEqualTo(MS / 2);
  }
}
