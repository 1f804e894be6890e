package io.slipway.api.predict;

import io.slipway.api.MediaType;
import io.slipway.api.Problem;
import io.slipway.api.ProblemCode;
import io.slipway.api.predict.LineSplitter.Line;
import io.slipway.door.Chunks;
import io.slipway.security.gate.Standing;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// Relays a stream: lines of objects in, lines of predictions out, in order, all by one version. It
/// holds only the lines received last and one chunk of answers: it reads on when these lines are
/// done, and predicts on when the caller accepts answers. Runs on the request's event loop, except
/// for the prediction itself.
final class LineRelay {
  /// The wait before a retry where the model's queue is full.
  private static final long RETRY_MILLIS = 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Chunks chunks;
  private final Standing standing;
  private final int together;
  private final LineSplitter splitter;
  private final Queue<Line> lines = new ArrayDeque<>();
  private boolean busy;
  private boolean received;
  private boolean over;

  /// @param chunks predicts; owned by this object
  /// @param standing whether the caller may still use the stream; checked before each chunk
  /// @param longestLine in bytes
  /// @param together the most lines in a chunk
  LineRelay(
      HttpServerRequest request,
      Context context,
      Chunks chunks,
      Standing standing,
      int longestLine,
      int together) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.chunks = chunks;
    this.standing = standing;
    this.together = together;
    this.splitter = new LineSplitter(longestLine);
  }

  void start() {
    response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, MediaType.NDJSON);
    // Otherwise nginx keeps lines back until a buffer is full.
    response.putHeader("X-Accel-Buffering", "no");
    chunks.version(response);
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

  /// Takes the next step, if possible.
  private void pump() {
    if (over || busy) {
      if (!over && !received) {
        request.pause();
      }
      return;
    }
    if (!lines.isEmpty() && !standing.holds()) {
      end(lines.element().number());
    } else if (!lines.isEmpty()) {
      busy = true;
      if (!received) {
        request.pause();
      }
      List<Line> chunk = new ArrayList<>(together);
      while (chunk.size() < together && !lines.isEmpty()) {
        chunk.add(lines.remove());
      }
      submit(new ChunkCall(chunk, request.path(), this::chunkDone));
    } else if (received) {
      over = true;
      chunks.close();
      response.end();
    } else {
      request.resume();
    }
  }

  /// Ends the stream because the caller may not use it any more. The answer to `line` says so.
  private void end(int line) {
    AnswerWriter writer = new AnswerWriter();
    writer.line(line, Problem.of(ProblemCode.UNAUTHENTICATED, Standing.ENDED).at(request.path()));
    writer.endLine();
    abandon();
    response.end(Buffer.buffer(writer.toBytes())).onComplete(_ -> request.connection().close());
  }

  private void submit(ChunkCall chunk) {
    if (!over && !chunks.offer(chunk)) {
      context.owner().setTimer(RETRY_MILLIS, _ -> submit(chunk));
    }
  }

  /// Called on any thread.
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
      chunks.close();
    }
  }
}
