package io.slipway.door;

import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.Executor;

/// The event loop of a request, where its answer is sent.
public final class EventLoop {
  private EventLoop() {}

  /// Runs what it is given on the thread of `context`, after what that has at hand: on an event
  /// loop, when what its sockets held was read.
  public static Executor soon(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  /// Does `work` on `context`: now, where this is its thread, else soon.
  public static void run(Context context, Runnable work) {
    if (((ContextInternal) context).inThread()) {
      work.run();
    } else {
      context.runOnContext(_ -> work.run());
    }
  }
}
