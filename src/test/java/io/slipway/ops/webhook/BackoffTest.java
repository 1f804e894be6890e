package io.slipway.ops.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void thePauseDoublesUpToItsMostAndHalfOfItIsByChance() {
    assertThat(Backoff.USUAL.after(0, 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(Backoff.USUAL.after(0, 1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(Backoff.USUAL.after(3, 0.5)).isEqualTo(Duration.ofSeconds(6));
    assertThat(Backoff.USUAL.after(9, 1)).isEqualTo(Duration.ofSeconds(512));
    assertThat(Backoff.USUAL.after(10, 1)).isEqualTo(Duration.ofMinutes(10));
    assertThat(Backoff.USUAL.after(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMinutes(5));
  }
}
