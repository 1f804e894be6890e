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
    ContextInternal internal = (ContextInternal) context;
    if (internal.inThread()) {
      // What is done at the end of a turn is done for several requests, each in its own context.
      ContextInternal before = internal.beginDispatch();
      try {
        work.run();
      } finally {
        internal.endDispatch(before);
      }
    } else {
      context.runOnContext(_ -> work.run());
    }
  }
}
