package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void whatIsSeenToInOneTurnHadArrivedWhenItBeganHoweverLongTheOthersTook() throws Exception {
    long[] seen =
        loop.submit(
                () -> {
                  long first = Turn.began(loop);
                  long later = System.nanoTime() + 1_000_000;
                  while (System.nanoTime() < later) {
                    Thread.onSpinWait();
                  }
                  return new long[] {first, Turn.began(loop), later};
                })
            .get();
    assertThat(seen[1]).isEqualTo(seen[0]).isLessThan(seen[2]);
  }

  @Test
  void theNextTurnBeginsAnew() throws Exception {
    long first = loop.submit(() -> Turn.began(loop)).get();
    long between = System.nanoTime();
    assertThat(loop.submit(() -> Turn.began(loop)).get()).isGreaterThanOrEqualTo(between);
    assertThat(first).isLessThanOrEqualTo(between);
  }
}
