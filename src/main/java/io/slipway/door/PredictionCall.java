package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/// One request for predictions on its way through [Predictions], with its head already parsed. A
/// subclass adds how the body is read and how answers and refusals are written. This class keeps
/// the body's share of the memory budget until no reading needs the body. Created on the request's
/// event loop.
///
/// @param <T> the type of the body: bytes, or a message
public abstract class PredictionCall<T> implements Call {
  private final Context context = Vertx.currentContext();
  private final long deadline;
  private @Nullable Body<T> body;
  private boolean over;

  /// @param deadline [System#nanoTime] by which the answer is due
  protected PredictionCall(long deadline) {
    this.deadline = deadline;
  }

  /// The request's event loop.
  public final Context context() {
    return context;
  }

  /// [System#nanoTime] by which the answer is due.
  public final long deadline() {
    return deadline;
  }

  /// Checks the request against `servable`.
  ///
  /// @return the most bytes that the body may have
  /// @throws RefusedInput where the version cannot take this request
  protected long admit(Servable servable) {
    return Long.MAX_VALUE;
  }

  /// Reads the body for `servable`; may be called several times, on any thread.
  ///
  /// @param room reserves memory for what the body is decoded to; closed by the reading, or here
  ///     where this method throws
  protected abstract Reading read(Servable servable, T body, Reservation room);

  /// Writes and sends a refusal; on the request's event loop.
  protected abstract void refuseNow(@Nullable Servable servable, RuntimeException why);

  /// Stores the body, which has arrived.
  final void arrived(Body<T> arrived) {
    body = arrived;
  }

  @Override
  public final Reading read(Servable servable) {
    Reservation room = room();
    boolean read = false;
    try {
      Reading reading = read(servable, body().content(), room);
      read = true;
      return reading;
    } finally {
      if (!read) {
        room.close();
      }
    }
  }

  /// Keeps the body in memory for one more reading, until the result is closed.
  ///
  /// @throws Unserved where the call is over and its body may be released
  protected final Reservation room() {
    Body<T> there = body();
    if (!there.enter()) {
      throw new Unserved.DeadlineExceeded("the caller no longer waits for the answer");
    }
    return new Reservation(there);
  }

  private Body<T> body() {
    Body<T> there = body;
    if (there == null) {
      throw new IllegalStateException("the body has not arrived");
    }
    return there;
  }

  @Override
  public final void refuse(@Nullable Servable servable, RuntimeException why) {
    over();
    EventLoop.run(context, () -> refuseNow(servable, why));
  }

  /// Ends the call's own use of the body; readings in progress keep it. Idempotent.
  protected final void over() {
    Body<T> there = body;
    if (there != null && !over) {
      over = true;
      there.leave();
    }
  }
}
