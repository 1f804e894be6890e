package io.slipway.door;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/// Sends an answer before the request's body has arrived; the rest of the body is not read. On the
/// request's event loop.
public final class EarlyAnswer {
  /// How long further bytes of a refused request are discarded, so that the caller can read the
  /// answer before the connection is closed.
  private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(1);

  private EarlyAnswer() {}

  /// Runs `answer`, which answers `request`, and closes the connection where unread bytes of the
  /// body would block the next request.
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
