package io.slipway.door;

import io.slipway.serving.run.Protocol;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/// A protocol over HTTP: it parses the head of a request and writes refusals; [Predictions] does
/// the rest. Called on the request's event loop.
public interface Door {
  Protocol protocol();

  /// Parses the head of a request.
  ///
  /// @param timeout how long the caller waits
  /// @throws io.slipway.pipeline.frame.RefusedInput where the head is invalid
  HttpArrival head(HttpServerRequest request, Duration timeout);

  /// Sends a refusal, unless an answer has already been sent.
  void refuse(HttpServerRequest request, RuntimeException why);
}
