package io.slipway.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void whatIsDoneAtTheEndOfATurnIsDoneInTheContextOfItsRequest() {
    Context context = vertx.getOrCreateContext();
    CompletableFuture<Boolean> own = new CompletableFuture<>();
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    EventLoop.soon(context)
        .execute(
            () -> {
              EventLoop.run(context, () -> own.complete(Vertx.currentContext() == context));
              over.complete(Vertx.currentContext() != context);
            });

    assertThat(own).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    assertThat(over).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
  }
}
