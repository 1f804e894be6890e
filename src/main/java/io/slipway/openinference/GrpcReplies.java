package io.slipway.openinference;

import io.grpc.Status;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;

/// The HTTP headers and trailers of gRPC answers.
final class GrpcReplies {
  private static final String TYPE = "application/grpc";
  private static final String ENCODINGS = "identity,gzip,deflate";

  private GrpcReplies() {}

  /// Sets the headers of every answer.
  static void headers(HttpServerResponse response) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, TYPE).putHeader("grpc-accept-encoding", ENCODINGS);
  }

  /// Answers a call with a status only, unless it has been answered.
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

  /// A status message as a header value: everything but printable ASCII is percent-encoded.
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
