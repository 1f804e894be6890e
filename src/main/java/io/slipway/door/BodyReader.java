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

/// Reads the body of one request, up to a limit in bytes and for at most a minute, on the request's
/// event loop. A declared length is reserved in the budget at once; the time limit stops callers
/// who then send nothing. The receiver of the body releases the reservation; where reading fails,
/// the reader releases it.
public final class BodyReader {
  private static final int FIRST_BYTES = 64 << 10;
  private static final int UNKNOWN_BYTES = 512;
  private static final Duration MOST_TIME = Duration.ofMinutes(1);
  private static final long NO_TIMER = -1;
  private static final String IDENTITY = "identity";

  private final HttpServerRequest request;
  private final long limit;
  private final BodyBudget budget;
  private final ObjLongConsumer<byte[]> whole;
  private final Consumer<RuntimeException> refused;
  private final Duration mostTime;

  /// The bytes received so far, in its first [#length] positions. It has the declared length where
  /// that is at most [#FIRST_BYTES]; otherwise it grows. Null before and after reading.
  private byte @Nullable [] body;

  private int length;

  /// The most bytes that the body may have.
  private long most;

  private long taken;
  private boolean over;
  private long timer = NO_TIMER;

  /// @param limit in bytes
  /// @param whole receives the body and the number of bytes reserved in the budget
  /// @param refused receives the reason where the body is not read to its end
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

  /// Refuses a body with a content encoding, for doors that do not decompress.
  ///
  /// @throws RefusedInput.UnsupportedMedia where `Content-Encoding` is set
  public static void requirePlain(HttpServerRequest request) {
    if (request.getHeader(HttpHeaders.CONTENT_ENCODING) == null) {
      return;
    }
    for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
      if (!encoding.equalsIgnoreCase(IDENTITY)) {
        request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
        throw new RefusedInput.UnsupportedMedia("Content-Encoding is not supported here");
      }
    }
  }

  /// Starts reading; a declared length over the limit is refused before anything is read.
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

  /// Starts the time limit after the bytes that have already arrived: most bodies arrive with their
  /// heads and need no timer.
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
              "the body did not arrive within " + mostTime.toSeconds() + " s"));
    }
  }

  private void ended() {
    over = true;
    body = null;
    if (timer != NO_TIMER) {
      Vertx.currentContext().owner().cancelTimer(timer);
    }
  }

  /// The declared length of the body; -1 where it is not declared.
  private static long declared(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return -1;
    }
    try {
      return Long.parseLong(length);
    } catch (NumberFormatException e) {
      // The server has refused values that are not numbers, so this one is too large for a long.
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

  /// The next size of the buffer, which has `now` bytes and needs `least`: twice as large, but
  /// at most the largest possible body, so that a body of declared length fills it exactly.
  private int room(int now, long least) {
    return (int) Math.max(least, Math.min(2L * now, most));
  }

  private boolean take(long bytes) {
    if (budget.take(bytes, taken + bytes)) {
      taken += bytes;
      return true;
    }
    refuse(new Unserved.Overloaded("the memory for request bodies is used up"));
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
