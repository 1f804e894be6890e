package io.slipway.door;

import io.slipway.serving.run.Protocol;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/// What a protocol over HTTP contributes to the one way of a prediction, which is [Predictions]:
/// how the head of a request is understood, and how a refusal is written. On the request's event
/// loop.
public interface Door {
  Protocol protocol();

  /// Understands the head of a request.
  ///
  /// @param timeout how long the caller waits
  /// @throws io.slipway.pipeline.frame.RefusedInput where it is none that is taken
  HttpArrival head(HttpServerRequest request, Duration timeout);

  /// Sends a refusal, unless an answer was sent already.
  void refuse(HttpServerRequest request, RuntimeException why);
}
