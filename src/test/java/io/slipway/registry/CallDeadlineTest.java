package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// One deadline for all that a call does.
class CallDeadlineTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void aWaitIsAtMostWhatTheCallHasLeft() {
    assertThat(CallDeadline.atMost(DAY)).as("outside of a call").isEqualTo(DAY);
    CallDeadline hour = CallDeadline.after(Duration.ofHours(1));
    Duration left = hour.within(() -> CallDeadline.atMost(DAY));
    assertThat(left).isBetween(Duration.ofMinutes(40), Duration.ofMinutes(45));
    Duration wish = Duration.ofSeconds(1);
    assertThat(hour.<Duration>within(() -> CallDeadline.atMost(wish))).isEqualTo(wish);
    Duration over = CallDeadline.after(Duration.ZERO).within(() -> CallDeadline.atMost(DAY));
    assertThat(over).as("never negative").isZero();
  }

  @Test
  void aRollbackShortensTheCallThatItIsPartOf() {
    CallDeadline hour = CallDeadline.after(Duration.ofHours(1));
    Duration left =
        hour.within(
            () -> {
              CallDeadline.rollback(() -> "done");
              return CallDeadline.atMost(DAY);
            });
    assertThat(left).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void theTimeForLoadingDoesNotCount() {
    CallDeadline call = CallDeadline.after(Duration.ofSeconds(4));
    call.extend(Duration.ofHours(1));
    Duration left = call.within(() -> CallDeadline.atMost(DAY));
    assertThat(left).isBetween(Duration.ofHours(1), Duration.ofHours(1).plusSeconds(3));
  }
}
