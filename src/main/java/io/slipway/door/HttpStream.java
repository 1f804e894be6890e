package io.slipway.door;

import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/// A request for predictions over HTTP whose body is a stream of objects, all predicted by one
/// version. Created on the request's event loop.
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

  /// The time limit of one part.
  final Duration timeout() {
    return timeout;
  }

  @Override
  public final long deadline() {
    return deadline;
  }

  /// The size of a stream is not limited; each of its lines is.
  @Override
  public final long admit(Servable servable) {
    return Long.MAX_VALUE;
  }

  /// Starts to read the body and to send answers.
  ///
  /// @param chunks predicts the parts; to be closed at the end of the stream
  protected abstract void start(Chunks chunks);
}
