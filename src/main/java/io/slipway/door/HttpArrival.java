package io.slipway.door;

import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;

/// A request for predictions over HTTP whose head was understood and whose body is still to come:
/// all of it at once, or line by line.
public sealed interface HttpArrival permits HttpCall, HttpStream {
  HttpServerRequest request();

  /// The request's event loop.
  Context context();

  /// [System#nanoTime] by which whoever waits for a version gets one.
  long deadline();

  /// Judges whether `servable` can be asked so.
  ///
  /// @return the most bytes that the body may have
  /// @throws io.slipway.pipeline.frame.RefusedInput where it can't
  long admit(Servable servable);
}
