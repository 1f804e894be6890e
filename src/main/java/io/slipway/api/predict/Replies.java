package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.api.Problem;
import io.slipway.door.EarlyAnswer;
import io.slipway.door.ErrorAnswer;
import io.slipway.serving.Unserved;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/// Sends answers and problems; on the request's event loop.
final class Replies {
  private static final String RETRY_AFTER = "1";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private Replies() {}

  static void problem(HttpServerRequest request, Problem problem) {
    problem(request, problem, RETRY_AFTER);
  }

  private static void problem(HttpServerRequest request, Problem problem, Duration retryAfter) {
    problem(request, problem, ErrorAnswer.seconds(retryAfter));
  }

  private static void problem(HttpServerRequest request, Problem problem, String retryAfter) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    if (problem.status() == TOO_MANY_REQUESTS || problem.status() == UNAVAILABLE) {
      response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
    }
    response.end(Buffer.buffer(AnswerWriter.bytes(problem.at(request.path()))));
  }

  /// Sends the reason why there is no prediction; for an overloaded model with `Retry-After`.
  static void refuse(HttpServerRequest request, RuntimeException why) {
    Problem problem = Refusals.problem(why);
    if (why instanceof Unserved.Overloaded overloaded) {
      problem(request, problem, overloaded.retryAfter());
    } else {
      problem(request, problem);
    }
  }

  /// As [#problem], while the body is still arriving: the rest of it is not read.
  static void problemUnread(HttpServerRequest request, Problem problem) {
    EarlyAnswer.send(request, () -> problem(request, problem));
  }

  static void json(HttpServerResponse response, byte[] body) {
    if (!response.ended() && !response.closed()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, MediaType.JSON).end(Buffer.buffer(body));
    }
  }
}
