package io.slipway.onnx.confinement;

import org.jspecify.annotations.Nullable;

/// Low-priority work: where CPUs are scarce, threads that answer callers run first. Works on Linux
/// on x86-64 and aarch64, where each thread has a niceness; elsewhere it has no effect.
public final class Background {
  /// Gives a third of the CPU time of a normal thread on the same processor: enough for a check to
  /// end in time beside callers that use the whole machine.
  static final int NICENESS = 5;

  private static final int OF_A_THREAD = 0;
  private static final int THIS_ONE = 0;

  private static final @Nullable Linux LINUX = Linux.here();

  private Background() {}

  /// Lowers the priority of the calling thread and of the threads and processes that it starts from
  /// now on. Irreversible: raising it again requires a privilege.
  public static void giveWay() {
    if (LINUX != null) {
      // Where the kernel refuses, the thread keeps its normal priority.
      LINUX.call(SystemCall.SETPRIORITY, OF_A_THREAD, THIS_ONE, NICENESS, 0, 0);
    }
  }
}
