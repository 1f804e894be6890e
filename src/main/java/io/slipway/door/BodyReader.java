package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Collects the body of one request up to a limit and for as long as a minute; on its event loop.
/// Whoever says that a large one comes has taken its room, and must not keep it by sending nothing.
/// What it has taken of the budget is given back by whoever gets the body, or by itself where
/// nobody does.
public final class BodyReader {
  private static final int FIRST_BYTES = 64 << 10;
  private static final Duration MOST_TIME = Duration.ofMinutes(1);
  private static final long NO_TIMER = -1;

  private final HttpServerRequest request;
  private final long limit;
  private final BodyBudget budget;
  private final BiConsumer<byte[], Long> whole;
  private final Consumer<RuntimeException> refused;
  private @Nullable Buffer buffer;
  private long taken;
  private boolean over;
  private long timer = NO_TIMER;

  /// @param limit in bytes
  /// @param whole takes the body and the bytes of the budget that it has taken
  /// @param refused takes why it is not read to its end
  public BodyReader(
      HttpServerRequest request,
      long limit,
      BodyBudget budget,
      BiConsumer<byte[], Long> whole,
      Consumer<RuntimeException> refused) {
    this.request = request;
    this.limit = limit;
    this.budget = budget;
    this.whole = whole;
    this.refused = refused;
  }

  /// Reads; refuses a declared length over the limit before anything is read.
  public void read() {
    long length = declared(request);
    if (length > limit) {
      refuse(tooLarge("the body has " + length + " bytes; at most " + limit));
      return;
    }
    if (length > 0 && !take(length)) {
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    buffer = Buffer.buffer(Math.clamp(length, 512, FIRST_BYTES));
    request.exceptionHandler(_ -> abandon());
    request.handler(this::chunk);
    request.endHandler(_ -> end());
    request.resume();
    // Most bodies are there already.
    if (!over) {
      timer = Vertx.currentContext().owner().setTimer(MOST_TIME.toMillis(), _ -> late());
    }
  }

  private void late() {
    timer = NO_TIMER;
    if (!over) {
      refuse(
          new Unserved.DeadlineExceeded(
              "the body has not come within " + MOST_TIME.toSeconds() + " s"));
    }
  }

  private void ended() {
    over = true;
    buffer = null;
    if (timer != NO_TIMER) {
      Vertx.currentContext().owner().cancelTimer(timer);
    }
  }

  /// The declared length of the body; -1 where none is declared.
  private static long declared(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return -1;
    }
    try {
      return Long.parseLong(length);
    } catch (NumberFormatException e) {
      // The server has refused what is no number; what is too large for one is too large.
      return Long.MAX_VALUE;
    }
  }

  private void chunk(Buffer chunk) {
    if (over || buffer == null) {
      return;
    }
    long length = (long) buffer.length() + chunk.length();
    if (length > limit) {
      refuse(tooLarge("the body has more than " + limit + " bytes"));
    } else if (length <= taken || take(length - taken)) {
      buffer.appendBuffer(chunk);
    }
  }

  private boolean take(long bytes) {
    if (budget.take(bytes, taken + bytes)) {
      taken += bytes;
      return true;
    }
    refuse(new Unserved.Overloaded("too many large bodies are being read"));
    return false;
  }

  private void end() {
    if (!over && buffer != null) {
      byte[] body = buffer.getBytes();
      ended();
      whole.accept(body, taken);
    }
  }

  private void refuse(RuntimeException why) {
    abandon();
    refused.accept(why);
  }

  private void abandon() {
    if (!over) {
      ended();
      budget.back(taken);
    }
  }

  private static RefusedInput tooLarge(String message) {
    return new RefusedInput.TooLarge(message);
  }
}
