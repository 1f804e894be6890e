package io.slipway.serving.run;

import io.slipway.pipeline.object.Batch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A call with a JSON body that notes how it ends.
class RecordedCall implements Call {
  final CompletableFuture<List<Scored>> answer = new CompletableFuture<>();

  /// Readings that were not closed yet.
  final AtomicInteger open = new AtomicInteger();

  private final byte[] body;
  private final boolean partial;

  RecordedCall(byte[] body, boolean partial) {
    this.body = body;
    this.partial = partial;
  }

  @Override
  public Protocol protocol() {
    return Protocol.NATIVE;
  }

  @Override
  public Reading read(Servable servable) {
    Batch batch = servable.pipeline().reader().readJson(body, 100);
    open.incrementAndGet();
    return new Reading() {
      @Override
      public Batch batch() {
        return batch;
      }

      @Override
      public Reply answer(Lease lease, List<Scored> scored, Timings timings) {
        return write(scored);
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  Reply write(List<Scored> scored) {
    return () -> {
      if (!answer.complete(scored)) {
        throw new IllegalStateException("answered twice");
      }
    };
  }

  @Override
  public long bytes() {
    return body.length;
  }

  @Override
  public boolean partial() {
    return partial;
  }

  @Override
  public void refuse(@Nullable Servable servable, RuntimeException why) {
    if (!answer.completeExceptionally(why)) {
      throw new IllegalStateException("answered twice");
    }
  }

  @Override
  public boolean abandoned() {
    return false;
  }
}
