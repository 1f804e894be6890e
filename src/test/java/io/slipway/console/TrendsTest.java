package io.slipway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.serving.VersionId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
  private static final VersionId A = new VersionId("a", 1);
  private static final VersionId B = new VersionId("b", 1);

  private static Tick ok(long count) {
    return new Tick(count, 0, 0, Tick.NOTHING.buckets(), Tick.NOTHING.phases());
  }

  private static List<Long> requests(List<Tick> ticks) {
    return ticks.stream().map(Tick::requests).toList();
  }

  @Test
  void eachIntervalHasWhatWasAddedInIt() {
    Trends trends = new Trends();
    trends.add(Map.of(A, ok(5)));
    trends.add(Map.of(A, ok(5), B, ok(1)));
    trends.add(Map.of(A, ok(9), B, ok(1)));
    assertThat(requests(trends.last(3, A::equals))).containsExactly(5L, 0L, 4L);
    assertThat(requests(trends.last(3, v -> true))).containsExactly(5L, 1L, 4L);
  }

  @Test
  void intervalsBeforeTheBeginHaveNothing() {
    Trends trends = new Trends();
    trends.add(Map.of(A, ok(2)));
    assertThat(requests(trends.last(3, A::equals))).containsExactly(0L, 0L, 2L);
  }

  @Test
  void noMoreThanTheLastHourIsKept() {
    Trends trends = new Trends();
    for (int i = 1; i <= Trends.KEPT + 10; i++) {
      trends.add(Map.of(A, ok(i)));
    }
    assertThat(trends.last(2 * Trends.KEPT, A::equals).stream().mapToLong(Tick::requests).sum())
        .isEqualTo(Trends.KEPT);
  }

  @Test
  void versionsWithoutRequestsAreNotNamed() {
    Trends trends = new Trends();
    trends.add(Map.of(A, ok(1), B, Tick.NOTHING));
    assertThat(trends.versions()).containsExactly(A);
  }
}
