package io.slipway.door;

import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;

/// A request for predictions over HTTP whose head was parsed and whose body is still to come:
/// as a whole ([HttpCall]) or line by line ([HttpStream]).
public sealed interface HttpArrival permits HttpCall, HttpStream {
  HttpServerRequest request();

  /// The request's event loop.
  Context context();

  /// [System#nanoTime] until which the request waits for a version to be loaded.
  long deadline();

  /// Checks the head against `servable`.
  ///
  /// @return the most bytes that the body may have
  /// @throws io.slipway.pipeline.frame.RefusedInput where the version cannot take this request
  long admit(Servable servable);
}
