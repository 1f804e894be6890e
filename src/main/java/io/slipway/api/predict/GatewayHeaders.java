package io.slipway.api.predict;

import io.vertx.core.http.HttpHeaders;

/// Headers of the gateway.
final class GatewayHeaders {
  static final CharSequence SERVER_TIMING = HttpHeaders.createOptimized("Server-Timing");
  static final CharSequence ACCEPT_POST = HttpHeaders.createOptimized("Accept-Post");

  private GatewayHeaders() {}
}
