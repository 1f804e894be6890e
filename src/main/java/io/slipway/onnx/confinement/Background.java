package io.slipway.onnx.confinement;

import org.jspecify.annotations.Nullable;

/// Work that gives way: where processors are short, threads that answer callers run before it. Of
/// Linux on x86-64 and aarch64, where a thread has a niceness of its own; elsewhere all run alike.
public final class Background {
  /// A third of what a thread beside it gets on the same processor: enough that a trial ends in its
  /// time beside callers that want all of it.
  static final int NICENESS = 5;

  private static final int OF_A_THREAD = 0;
  private static final int THIS_ONE = 0;

  private static final @Nullable Linux LINUX = Linux.here();

  private Background() {}

  /// Puts the calling thread, and the threads and processes that it starts from now on, behind the
  /// others. There is no way back: it takes a right to be first again.
  public static void giveWay() {
    if (LINUX != null) {
      // Where the kernel refuses, it runs like the others.
      LINUX.call(SystemCall.SETPRIORITY, OF_A_THREAD, THIS_ONE, NICENESS, 0, 0);
    }
  }
}
