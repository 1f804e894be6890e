package io.slipway.door;

import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Call;
import io.slipway.serving.run.Reading;
import io.slipway.serving.run.Servable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/// One request for predictions on its way through [Predictions], as its door has understood its
/// head. The door adds how the body is read and how answers and refusals are written; what the body
/// occupies is counted here, from its arrival until nobody reads it any more. Made on the request's
/// event loop.
///
/// @param <T> what the body is: bytes, or a message
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

  /// Judges whether `servable` can be asked so.
  ///
  /// @return the most bytes that the body may have
  /// @throws RefusedInput where it can't
  protected long admit(Servable servable) {
    return Long.MAX_VALUE;
  }

  /// Reads the body as `servable` takes it; any number of times, on any thread.
  ///
  /// @param room where what the body is unfolded to is counted; closed by the reading, or here
  ///     where this throws
  protected abstract Reading read(Servable servable, T body, Reservation room);

  /// Writes and sends a refusal; on the request's event loop.
  protected abstract void refuseNow(@Nullable Servable servable, RuntimeException why);

  /// The body has come.
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

  /// Keeps the body for one more reading, until it is closed.
  ///
  /// @throws Unserved where the call is over, and nobody reads it any more
  protected final Reservation room() {
    Body<T> there = body();
    if (!there.enter()) {
      throw new Unserved.DeadlineExceeded("nobody waits for the answer any more");
    }
    return new Reservation(there);
  }

  private Body<T> body() {
    Body<T> there = body;
    if (there == null) {
      throw new IllegalStateException("the body has not come");
    }
    return there;
  }

  @Override
  public final void refuse(@Nullable Servable servable, RuntimeException why) {
    over();
    EventLoop.run(context, () -> refuseNow(servable, why));
  }

  /// The call needs its body no more; what still reads it keeps it. Calling it again does nothing.
  protected final void over() {
    Body<T> there = body;
    if (there != null && !over) {
      over = true;
      there.leave();
    }
  }
}
