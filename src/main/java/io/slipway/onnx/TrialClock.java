package io.slipway.onnx;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Limits the processor time of opening or running a graph, in the process that checks a bundle, so
/// that an endless run is stopped long before the time limit of the whole check.
///
/// It counts the processor time of the process, which does not advance while a busy machine gives
/// it none. A run may take a hundred times as long as the longest that has ended: a model whose
/// single row took long gets time for a batch. Inactive in processes where it is not [#start]ed; it
/// then costs one read of a field per run.
final class TrialClock {
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final long ROWS = 100;

  /// The factor for opening a graph, which may run parts of it and reads its weights.
  private static final long OPENING = 3;

  private static volatile @Nullable TrialClock watching;

  private final long bound;
  private final Consumer<String> late;
  private long longest;
  private int ended;

  /// The processor time by which the current work must be finished; the maximum where there is
  /// none.
  private volatile long due = Long.MAX_VALUE;

  private long begun;
  private volatile String work = "";

  private TrialClock(Duration bound, Consumer<String> late) {
    this.bound = bound.toNanos();
    this.late = late;
  }

  /// Starts to watch this process, in which one thread opens and runs graphs.
  ///
  /// @param bound the limit of the first run
  /// @param late called once, on a separate thread, with what did not end
  static void start(Duration bound, Consumer<String> late) {
    TrialClock clock = new TrialClock(bound, late);
    processorTime();
    watching = clock;
    Thread.ofPlatform().daemon().name("probe-clock").start(clock::watch);
  }

  /// Called before a graph is opened.
  static void opens() {
    TrialClock clock = watching;
    if (clock != null) {
      clock.begin("the runtime did not open the model", OPENING * clock.bound);
    }
  }

  /// Called before a graph is run.
  static void runs() {
    TrialClock clock = watching;
    if (clock != null) {
      clock.begin(
          clock.ended == 0
              ? "the model did not answer to its first input"
              : "a run of the model did not end, after " + clock.ended + " that did,",
          clock.bound + ROWS * clock.longest);
    }
  }

  /// Called when opening or running has ended.
  ///
  /// @param run whether it was a run
  static void ends(boolean run) {
    TrialClock clock = watching;
    if (clock != null) {
      clock.due = Long.MAX_VALUE;
      if (run) {
        clock.ended++;
        clock.longest = Math.max(clock.longest, processorTime() - clock.begun);
      }
    }
  }

  private void begin(String what, long most) {
    begun = processorTime();
    work = what + " in " + Duration.ofNanos(most).toSeconds() + " s";
    due = begun + most;
  }

  private void watch() {
    while (processorTime() < due) {
      try {
        Thread.sleep(GLANCE);
      } catch (InterruptedException e) {
        return;
      }
    }
    late.accept(work);
  }

  /// The processor time of all threads of this process, in nanoseconds.
  private static long processorTime() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : System.nanoTime();
  }
}
