package io.slipway.door;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/// Answers while the body is still on its way: it is not read to its end. On the request's event
/// loop.
public final class EarlyAnswer {
  /// How long what a refused caller still sends is thrown away, so that he reads the answer before
  /// the connection is closed.
  private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(1);

  private EarlyAnswer() {}

  /// Runs `answer`, which answers `request`, and ends the connection where the rest of the body
  /// stands in the way of the next request.
  public static void send(HttpServerRequest request, Runnable answer) {
    if (request.isEnded()) {
      answer.run();
      return;
    }
    boolean alone = request.version() != HttpVersion.HTTP_2;
    if (alone) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    answer.run();
    request.handler(_ -> {});
    request.resume();
    if (alone) {
      long timer =
          Vertx.currentContext().owner().setTimer(LINGER_MILLIS, _ -> request.connection().close());
      request.endHandler(
          _ -> {
            Vertx.currentContext().owner().cancelTimer(timer);
            request.connection().close();
          });
    }
  }
}
