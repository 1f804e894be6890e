package io.slipway.ops.webhook;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request on one connection, which is closed when the status has arrived or the time is over:
/// the status is all that counts of the answer. Once [#status] has returned, nothing is sent any
/// more.
final class WebhookRequest {
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private volatile @Nullable HttpClientRequest request;

  /// Sends the request; blocks.
  ///
  /// @throws ExecutionException with the cause;
  ///     [java.util.concurrent.TimeoutException] where the time was over
  int status(HttpClient client, RequestOptions options, Buffer body, Duration timeout)
      throws ExecutionException, InterruptedException {
    status.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, _) -> close());
    client.request(options).onSuccess(open -> send(open, body)).onFailure(this::failed);
    try {
      return status.get();
    } catch (InterruptedException e) {
      status.cancel(false);
      throw e;
    }
  }

  /// Either this method sees that the time is over, or [#close] sees the request.
  private void send(HttpClientRequest open, Buffer body) {
    request = open;
    if (status.isDone()) {
      close();
      return;
    }
    open.send(body).onSuccess(this::answered).onFailure(this::failed);
  }

  private void answered(HttpClientResponse answer) {
    // The rest of the answer is cut off on purpose.
    answer.exceptionHandler(_ -> {});
    status.complete(answer.statusCode());
  }

  private void failed(Throwable why) {
    status.completeExceptionally(why);
  }

  private void close() {
    HttpClientRequest open = request;
    if (open != null) {
      open.connection().close();
    }
  }
}
