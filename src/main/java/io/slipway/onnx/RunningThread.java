package io.slipway.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jboss.logging.Logger;

/// The present thread, as one that runs models.
public final class RunningThread {
  private static final Logger LOG = Logger.getLogger(RunningThread.class);

  /// Of `setpriority`: one process, or with the number 0 on Linux the calling thread.
  private static final int PRIO_PROCESS = 0;

  /// How much they give way: about a third of the weight of others.
  private static final int NICE = 5;

  private RunningThread() {}

  /// Lets other threads have the processor first, wherever there are more of them than processors:
  /// those that take requests in and refuse what is too much, and those that answer for other
  /// models. A run takes as long as it takes; what waits behind it must not wait for the processor
  /// too. Linux only; elsewhere nothing changes.
  @SuppressWarnings("restricted")
  public static void giveWay() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle setpriority =
          linker.downcallHandle(
              linker.defaultLookup().find("setpriority").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT));
      int failed = (int) setpriority.invokeExact(PRIO_PROCESS, 0, NICE);
      if (failed != 0) {
        LOG.debug("the system keeps the priority of threads that run models");
      }
    } catch (Throwable e) {
      LOG.debugf(e, "the priority of threads that run models is left as it is");
    }
  }
}
