package io.slipway.door;

import io.vertx.core.Context;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.Executor;

/// Runs work on the event loop of a request, where its answer is sent.
public final class EventLoop {
  private EventLoop() {}

  /// An executor for the thread of `context`: tasks run after the work already queued there, which
  /// on an event loop means after all bytes that have arrived were read.
  public static Executor soon(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  /// Runs `work` on `context`: at once where this is its thread, otherwise soon.
  public static void run(Context context, Runnable work) {
    ContextInternal internal = (ContextInternal) context;
    if (internal.inThread()) {
      // A batch serves several requests, each of which has its own context.
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
