package io.slipway.openinference;

import io.grpc.Status;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;

/// What gRPC says in headers of HTTP.
final class GrpcReplies {
  private static final String TYPE = "application/grpc";
  private static final String ENCODINGS = "identity,gzip,deflate";

  private GrpcReplies() {}

  /// The headers of every answer.
  static void headers(HttpServerResponse response) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, TYPE).putHeader("grpc-accept-encoding", ENCODINGS);
  }

  /// Answers a call that has not been answered yet with nothing but `status`.
  static void refuse(HttpServerRequest request, Status status) {
    HttpServerResponse response = request.response();
    headers(response);
    response.putHeader("grpc-status", Integer.toString(status.getCode().value()));
    if (status.getDescription() != null) {
      response.putHeader("grpc-message", encoded(status.getDescription()));
    }
    response.end();
    if (!request.isEnded()) {
      request.handler(_ -> {});
      request.resume();
    }
  }

  /// A message as a header has it: what is not printable ASCII in percent.
  static String encoded(String message) {
    StringBuilder encoded = new StringBuilder(message.length() + 16);
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(String.format("%02X", b));
      }
    }
    return encoded.toString();
  }
}
