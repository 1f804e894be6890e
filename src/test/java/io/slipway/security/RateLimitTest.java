package io.slipway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  private static int taken(RateLimit limit, long now, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += limit.take(now) == 0 ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aBurstIsLetThroughAtOnceAndThenTheRate() {
    for (long start : new long[] {0, -5 * SECOND, Long.MAX_VALUE - SECOND}) {
      RateLimit limit = new RateLimit(10, 3, start);
      assertThat(taken(limit, start, 20)).isEqualTo(3);
      assertThat(limit.take(start)).isEqualTo(SECOND / 10);
      assertThat(taken(limit, start + SECOND / 10, 20)).isEqualTo(1);
      assertThat(taken(limit, start + 100 * SECOND, 20)).as("no more is saved up").isEqualTo(3);
    }
  }

  @Test
  void callersAtOnceGetNoMoreThanOneByOne() throws InterruptedException {
    RateLimit limit = new RateLimit(1, 100, 0);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        threads.submit(
            () -> {
              go.await();
              taken.addAndGet(taken(limit, 0, 1_000));
              return null;
            });
      }
      go.countDown();
    }
    assertThat(taken).hasValue(100);
  }
}
