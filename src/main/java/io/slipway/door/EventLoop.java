package io.slipway.door;

import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;

/// The event loop of a request, where its answer is sent.
public final class EventLoop {
  private EventLoop() {}

  /// Does `work` on `context`: now, where this is its thread, else soon.
  public static void run(Context context, Runnable work) {
    if (((ContextInternal) context).inThread()) {
      work.run();
    } else {
      context.runOnContext(_ -> work.run());
    }
  }
}
