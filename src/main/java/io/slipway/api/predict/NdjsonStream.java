package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.api.predict.LineSplitter.Line;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lease;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// A stream of objects in, a stream of predictions out, in order, all of one version. Holds the
/// lines of what was received last and one chunk of answers, and nothing else: it reads on only
/// when these lines are through, and predicts on only when the caller takes the answers. All of it
/// happens on the request's event loop but the work on a chunk.
final class NdjsonStream {
  /// The wait where the model's queue is full.
  private static final long RETRY_MILLIS = 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Dispatcher dispatcher;
  private final Lease lease;
  private final Limits limits;
  private final InstantSource clock;
  private final LineSplitter splitter;
  private final Queue<Line> lines = new ArrayDeque<>();
  private boolean busy;
  private boolean received;
  private boolean over;

  /// What a stream may take.
  ///
  /// @param lineBytes the longest line
  /// @param together the most lines of a chunk
  /// @param timeout the longest that a chunk may take
  record Limits(int lineBytes, int together, Duration timeout) {}

  /// @param lease taken over
  NdjsonStream(
      HttpServerRequest request,
      Context context,
      Dispatcher dispatcher,
      Lease lease,
      Limits limits,
      InstantSource clock) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.dispatcher = dispatcher;
    this.lease = lease;
    this.limits = limits;
    this.clock = clock;
    this.splitter = new LineSplitter(limits.lineBytes());
  }

  void start() {
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.NDJSON)
        .putHeader(GatewayHeaders.VERSION, Integer.toString(lease.servable().id().number()))
        .putHeader(GatewayHeaders.DIGEST, lease.servable().bundle().digest().toString());
    response.closeHandler(_ -> abandon());
    response.exceptionHandler(_ -> abandon());
    request.exceptionHandler(_ -> abandon());
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      response.writeContinue();
    }
    request.handler(
        buffer -> {
          splitter.feed(buffer.getBytes(), lines::add);
          pump();
        });
    request.endHandler(
        _ -> {
          splitter.end(lines::add);
          received = true;
          pump();
        });
    request.resume();
  }

  /// Takes the next step, if there is one to take.
  private void pump() {
    if (over || busy) {
      if (!over && !received) {
        request.pause();
      }
      return;
    }
    if (!lines.isEmpty()) {
      busy = true;
      if (!received) {
        request.pause();
      }
      List<Line> chunk = new ArrayList<>(limits.together());
      while (chunk.size() < limits.together() && !lines.isEmpty()) {
        chunk.add(lines.remove());
      }
      submit(new ChunkCall(chunk, lease.servable().id(), clock, request.path(), this::chunkDone));
    } else if (received) {
      over = true;
      lease.close();
      response.end();
    } else {
      request.resume();
    }
  }

  private void submit(ChunkCall chunk) {
    if (over) {
      return;
    }
    long now = System.nanoTime();
    Lease own = lease.again();
    if (!dispatcher.offer(own, chunk, now, now + limits.timeout().toNanos())) {
      own.close();
      context.owner().setTimer(RETRY_MILLIS, _ -> submit(chunk));
    }
  }

  /// On any thread.
  private void chunkDone(byte[] answers) {
    context.runOnContext(
        _ -> {
          if (over) {
            return;
          }
          response.write(Buffer.buffer(answers));
          if (response.writeQueueFull()) {
            response.drainHandler(_ -> next());
          } else {
            next();
          }
        });
  }

  private void next() {
    if (busy) {
      busy = false;
      pump();
    }
  }

  private void abandon() {
    if (!over) {
      over = true;
      lines.clear();
      lease.close();
    }
  }
}
