package io.slipway.door;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/// The status and JSON body of a refusal, shared by the compatible APIs. The switches have no
/// `default`: a refusal without a status does not compile.
public final class ErrorAnswer {
  private static final int INTERNAL = 500;
  private static final String SOON = "1";

  private ErrorAnswer() {}

  /// The HTTP status of `why`; 500 for an unexpected exception.
  public static int status(RuntimeException why) {
    return switch (why) {
      case RefusedInput refused -> status(refused);
      case Unserved unserved -> status(unserved);
      default -> INTERNAL;
    };
  }

  private static int status(RefusedInput refused) {
    return switch (refused) {
      case RefusedInput.Malformed _, RefusedInput.Invalid _ -> 400;
      case RefusedInput.TooLarge _ -> 413;
      case RefusedInput.UnsupportedMedia _ -> 415;
    };
  }

  private static int status(Unserved unserved) {
    return switch (unserved) {
      case Unserved.NotFound _ -> 404;
      case Unserved.Overloaded _ -> 429;
      case Unserved.ModelFailed _ -> INTERNAL;
      case Unserved.NotReady _ -> 503;
      case Unserved.DeadlineExceeded _ -> 504;
    };
  }

  /// `wait` as a value of `Retry-After`: whole seconds, at least one.
  public static String seconds(Duration wait) {
    return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
  }

  /// Sends `body`, unless an answer has already been sent; on the request's event loop.
  public static void send(HttpServerRequest request, int status, ObjectNode body) {
    send(request, status, SOON, body);
  }

  /// As [#send(HttpServerRequest, int, ObjectNode)], with the status and headers that `why`
  /// implies.
  public static void send(HttpServerRequest request, RuntimeException why, ObjectNode body) {
    String retryAfter =
        why instanceof Unserved.Overloaded overloaded ? seconds(overloaded.retryAfter()) : SOON;
    send(request, status(why), retryAfter, body);
  }

  private static void send(
      HttpServerRequest request, int status, String retryAfter, ObjectNode body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
    }
    response.end(Buffer.buffer(body.toString()));
  }
}
