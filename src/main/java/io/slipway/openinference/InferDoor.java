package io.slipway.openinference;

import io.slipway.door.Door;
import io.slipway.door.GatewayConfig;
import io.slipway.door.HttpArrival;
import io.slipway.door.Leases;
import io.slipway.door.Predictions;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.run.Protocol;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Infer requests over REST; runs on the event loop.
@Singleton
final class InferDoor implements Door {
  private final Predictions predictions;
  private final Leases leases;
  private final GatewayConfig config;

  @Inject
  InferDoor(Predictions predictions, Leases leases, GatewayConfig config) {
    this.predictions = predictions;
    this.leases = leases;
    this.config = config;
  }

  /// Handles a request for `model`.
  ///
  /// @param version from the path; null where it has none
  void infer(HttpServerRequest request, String model, @Nullable String version) {
    predictions.take(request, model, leases.selector(model, version), this);
  }

  @Override
  public Protocol protocol() {
    return Protocol.OPEN_INFERENCE;
  }

  @Override
  public HttpArrival head(HttpServerRequest request, Duration timeout) {
    RestCall.Options options =
        new RestCall.Options(
            Coding.ofBody(request.getHeader(HttpHeaders.CONTENT_ENCODING)),
            Coding.ofAnswer(request.getHeader(HttpHeaders.ACCEPT_ENCODING)),
            headerLength(request.getHeader(RestCall.HEADER_LENGTH)),
            config.maxMessage().asLongValue(),
            config.maxInstances());
    return new RestCall(request, this, timeout, options);
  }

  private static int headerLength(@Nullable String header) {
    if (header == null) {
      return -1;
    }
    try {
      int length = Integer.parseInt(header.strip());
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative number.
    }
    throw new RefusedInput.Malformed("Inference-Header-Content-Length must be a number of bytes");
  }

  @Override
  public void refuse(HttpServerRequest request, RuntimeException why) {
    Errors.send(request, why);
  }
}
