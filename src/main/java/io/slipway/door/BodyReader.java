package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/// Collects the body of one request up to a limit and for as long as a minute; on its event loop.
/// Whoever says that a large one comes has taken its room, and must not keep it by sending nothing.
/// What it has taken of the budget is given back by whoever gets the body, or by itself where
/// nobody does.
public final class BodyReader {
  private static final int FIRST_BYTES = 64 << 10;
  private static final int UNKNOWN_BYTES = 512;
  private static final Duration MOST_TIME = Duration.ofMinutes(1);
  private static final long NO_TIMER = -1;

  private final HttpServerRequest request;
  private final long limit;
  private final BodyBudget budget;
  private final ObjLongConsumer<byte[]> whole;
  private final Consumer<RuntimeException> refused;
  private final Duration mostTime;

  /// What has come, in its first [#length] bytes; as large as the body, where that is declared and
  /// no more than [#FIRST_BYTES], else it grows. Null before and after.
  private byte @Nullable [] body;

  private int length;

  /// The most bytes that it can have.
  private long most;

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
      ObjLongConsumer<byte[]> whole,
      Consumer<RuntimeException> refused) {
    this(request, limit, budget, whole, refused, MOST_TIME);
  }

  BodyReader(
      HttpServerRequest request,
      long limit,
      BodyBudget budget,
      ObjLongConsumer<byte[]> whole,
      Consumer<RuntimeException> refused,
      Duration mostTime) {
    this.request = request;
    this.limit = limit;
    this.budget = budget;
    this.whole = whole;
    this.refused = refused;
    this.mostTime = mostTime;
  }

  /// Refuses a body that is encoded, for doors that inflate none.
  ///
  /// @throws RefusedInput.UnsupportedMedia where it is
  public static void requirePlain(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new RefusedInput.UnsupportedMedia("the body must not be encoded (Content-Encoding)");
    }
  }

  /// Reads; refuses a declared length over the limit before anything is read.
  public void read() {
    long declared = declared(request);
    if (declared > limit) {
      refuse(tooLarge("the body has " + declared + " bytes; at most " + limit));
      return;
    }
    if (declared > 0 && !take(declared)) {
      return;
    }
    most = declared < 0 ? limit : declared;
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    body = new byte[declared < 0 ? UNKNOWN_BYTES : (int) Math.min(declared, FIRST_BYTES)];
    request.exceptionHandler(_ -> abandon());
    request.handler(this::chunk);
    request.endHandler(_ -> end());
    request.resume();
    Context context = Vertx.currentContext();
    EventLoop.soon(context).execute(() -> startClock(context));
  }

  /// When what the sockets hold was read: most bodies have come with their heads and cost no clock.
  private void startClock(Context context) {
    if (!over) {
      EventLoop.run(
          context, () -> timer = context.owner().setTimer(mostTime.toMillis(), _ -> late()));
    }
  }

  private void late() {
    timer = NO_TIMER;
    if (!over) {
      refuse(
          new Unserved.DeadlineExceeded(
              "the body has not come within " + mostTime.toSeconds() + " s"));
    }
  }

  private void ended() {
    over = true;
    body = null;
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
    if (over || body == null) {
      return;
    }
    long together = (long) length + chunk.length();
    if (together > limit) {
      refuse(tooLarge("the body has more than " + limit + " bytes"));
    } else if (together <= taken || take(together - taken)) {
      if (together > body.length) {
        body = Arrays.copyOf(body, room(body.length, together));
      }
      chunk.getBytes(body, length);
      length = (int) together;
    }
  }

  /// How large to make what has `now` bytes and needs `least`: twice as large, but no larger than
  /// it can become, so that a body whose length was declared fills it in the end.
  private int room(int now, long least) {
    return (int) Math.max(least, Math.min(2L * now, most));
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
    if (!over && body != null) {
      byte[] read = length == body.length ? body : Arrays.copyOf(body, length);
      ended();
      whole.accept(read, taken);
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
