package io.slipway.journey;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Callers as one wishes for: a hundred right requests a second, each sent when it is due whether
/// others were answered or not, and its time taken from then on.
final class GoodTraffic implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1) / 100;

  private final Server server;
  private final HttpRequest request;
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Thread caller = new Thread(this::call, "good-traffic");
  private volatile boolean over;

  GoodTraffic(Server server, String path, byte[] object) {
    this.server = server;
    this.request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofByteArray(object))
            .build();
    caller.start();
  }

  private void call() {
    List<CompletableFuture<?>> open = new ArrayList<>();
    long due = System.nanoTime();
    while (!over) {
      long start = due;
      open.add(
          server
              .client()
              .sendAsync(request, BodyHandlers.ofString())
              .handle((answer, failure) -> take(start, answer, failure)));
      open.removeIf(CompletableFuture::isDone);
      due += PAUSE_NANOS;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    open.forEach(CompletableFuture::join);
  }

  private boolean take(long start, HttpResponse<String> answer, Throwable failure) {
    nanos.add(System.nanoTime() - start);
    return answer != null && answer.statusCode() == 200
        || failures.add(
            answer == null
                ? failure.toString()
                : "answers " + answer.statusCode() + " " + answer.body());
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /// How many requests were sent, each of which has ended.
  int count() {
    return nanos.size();
  }

  /// How many of them were answered by a prediction.
  int answered() {
    return count() - failures.size();
  }

  /// In milliseconds.
  double p99() {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get(sorted.size() * 99 / 100) / 1e6;
  }

  /// Waits for the last answers.
  @Override
  public void close() {
    over = true;
    try {
      caller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
