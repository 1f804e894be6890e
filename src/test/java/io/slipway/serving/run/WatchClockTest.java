package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchClockTest {
  @Test
  void itGoesAsTimeGoesButNotOverAPauseOfTheProcess() {
    WatchClock clock = new WatchClock(1_000);
    assertThat(clock.at(1_500)).isEqualTo(500);
    assertThat(clock.at(2_500)).isEqualTo(1_500);
    long hour = Duration.ofHours(1).toNanos();
    assertThat(clock.at(2_500 + hour)).isEqualTo(1_500 + Duration.ofSeconds(1).toNanos());
    assertThat(clock.at(2_600 + hour)).isEqualTo(1_600 + Duration.ofSeconds(1).toNanos());
  }
}
