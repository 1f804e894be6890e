package io.slipway.serving.run;

import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.RequestEnd;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A call with a JSON body that notes how it ends.
class RecordedCall implements Call {
  final CompletableFuture<List<Scored>> answer = new CompletableFuture<>();
  private final byte[] body;
  private final boolean partial;

  RecordedCall(byte[] body, boolean partial) {
    this.body = body;
    this.partial = partial;
  }

  @Override
  public Batch read(RequestReader reader) {
    return reader.readJson(body, 100);
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
  public RequestEnd answer(Servable servable, List<Scored> scored, Timings timings) {
    if (!answer.complete(scored)) {
      throw new IllegalStateException("answered twice");
    }
    return RequestEnd.OK;
  }

  @Override
  public void refuse(RuntimeException why) {
    if (!answer.completeExceptionally(why)) {
      throw new IllegalStateException("answered twice");
    }
  }

  @Override
  public boolean abandoned() {
    return false;
  }
}
