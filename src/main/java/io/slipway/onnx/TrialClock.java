package io.slipway.onnx;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Bounds what one opening or one run of a graph takes, in the process that tries a bundle: one
/// that never ends gives the place back long before the time of the whole trial is over.
///
/// Counts the processor time of the process, which stands still while a busy machine gives it none.
/// A run may take a hundred times as long as the longest that has ended besides: who has shown how
/// long a row takes gets the time for a batch. Off in every process in which it is not [#start]ed,
/// where it costs the read of a field for each run.
final class TrialClock {
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final long ROWS = 100;

  /// Opening a graph may run parts of it, and reads its weights.
  private static final long OPENING = 3;

  private static volatile @Nullable TrialClock watching;

  private final long bound;
  private final Consumer<String> late;
  private long longest;
  private int ended;

  /// Where the work that is on has to be over, in processor time; none is on where it is the
  /// greatest.
  private volatile long due = Long.MAX_VALUE;

  private long begun;
  private volatile String work = "";

  private TrialClock(Duration bound, Consumer<String> late) {
    this.bound = bound.toNanos();
    this.late = late;
  }

  /// Watches this process from now on, in which one thread opens and runs graphs.
  ///
  /// @param bound how long the first run may take
  /// @param late hears what did not end, once, on a thread of its own
  static void start(Duration bound, Consumer<String> late) {
    TrialClock clock = new TrialClock(bound, late);
    processorTime();
    watching = clock;
    Thread.ofPlatform().daemon().name("probe-clock").start(clock::watch);
  }

  /// A graph is about to be opened.
  static void opens() {
    TrialClock clock = watching;
    if (clock != null) {
      clock.begin("the runtime did not open the model", OPENING * clock.bound);
    }
  }

  /// A graph is about to be run.
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

  /// What was opened, or was run, has ended.
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

  /// Of all threads of this process, in nanoseconds.
  private static long processorTime() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : System.nanoTime();
  }
}
