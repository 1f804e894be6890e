package io.slipway.door;

import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/// A request for predictions over HTTP whose body is a stream of objects, all for one version. Made
/// on the request's event loop.
public abstract non-sealed class HttpStream implements HttpArrival {
  private final HttpServerRequest request;
  private final Context context = Vertx.currentContext();
  private final Duration timeout;
  private final long deadline;

  protected HttpStream(HttpServerRequest request, Duration timeout) {
    this.request = request;
    this.timeout = timeout;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  @Override
  public final HttpServerRequest request() {
    return request;
  }

  @Override
  public final Context context() {
    return context;
  }

  /// The longest that one part of it may take.
  final Duration timeout() {
    return timeout;
  }

  @Override
  public final long deadline() {
    return deadline;
  }

  /// Streams have no bound; each line has.
  @Override
  public final long admit(Servable servable) {
    return Long.MAX_VALUE;
  }

  /// Begins to read and to answer.
  ///
  /// @param chunks predicts; closed when the stream is over
  protected abstract void start(Chunks chunks);
}
