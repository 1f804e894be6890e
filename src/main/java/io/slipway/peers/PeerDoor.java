package io.slipway.peers;

import io.slipway.door.BodyReader;
import io.slipway.door.Door;
import io.slipway.door.GatewayConfig;
import io.slipway.door.HttpArrival;
import io.slipway.door.Predictions;
import io.slipway.door.RequestDeadline;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Selector;
import io.slipway.serving.run.Protocol;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/// The entry point of the compatible APIs, whose requests have various dialects. On the event loop.
@Singleton
final class PeerDoor {
  private final Predictions predictions;
  private final RequestDeadline requestDeadline;
  private final GatewayConfig config;

  @Inject
  PeerDoor(Predictions predictions, RequestDeadline requestDeadline, GatewayConfig config) {
    this.predictions = predictions;
    this.requestDeadline = requestDeadline;
    this.config = config;
  }

  /// The most objects in one request.
  int maxInstances() {
    return config.maxInstances();
  }

  /// The deadline of `request` for a version's metadata, in [System#nanoTime].
  ///
  /// @throws RefusedInput.Malformed where its header is not a number
  long deadline(HttpServerRequest request) {
    return System.nanoTime()
        + requestDeadline.of(request.getHeader(RequestDeadline.HEADER)).toNanos();
  }

  /// Predicts.
  ///
  /// @param dialects for the version that reads; an exception from it refuses the request
  void predict(
      HttpServerRequest request,
      Protocol protocol,
      String model,
      Selector selector,
      Dialect.Source dialects) {
    predictions.take(request, model, selector, new Asked(protocol, dialects, config));
  }

  /// One request in a dialect.
  private record Asked(Protocol protocol, Dialect.Source dialects, GatewayConfig config)
      implements Door {
    @Override
    public HttpArrival head(HttpServerRequest request, Duration timeout) {
      BodyReader.requirePlain(request);
      return new PeerCall(request, this, timeout, dialects, config);
    }

    @Override
    public void refuse(HttpServerRequest request, RuntimeException why) {
      PeerErrors.send(request, why);
    }
  }
}
