package io.slipway.serving.run;

import io.slipway.onnx.RunHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The current run of one predicting thread: its calls, its start, and how to cancel it. The
/// deadline watch reads it, and may give the thread up. Its monitor prevents a late cancellation
/// from hitting the next run.
final class RunSlot {
  private final CrashJournal.Slot slot;
  private List<Task> tasks = List.of();
  private @Nullable RunHandle handle;
  private long since;

  /// The run seen at the last check, and since when; for the watch only.
  private List<Task> seen = List.of();

  private long seenSince;

  /// The lane that counts the run, and the calls that were taken from it.
  private @Nullable Lane lane;

  private List<Task> taken = List.of();
  private boolean lost;

  /// A run that was given up.
  ///
  /// @param lane that counts it
  /// @param taken the calls that are counted there
  record Lost(Lane lane, List<Task> taken) {}

  /// @param slot this thread's entry in the crash journal
  RunSlot(CrashJournal.Slot slot) {
    this.slot = slot;
  }

  /// The handle that cancels runs of this thread; for this thread only. An event loop cannot be
  /// replaced, so it runs only content whose runs have ended on workers before.
  ///
  /// @param here whether this thread is an event loop
  synchronized RunHandle handle(boolean here) {
    if (handle == null) {
      handle = RunHandle.open(here);
    }
    return handle;
  }

  /// Starts work on calls that `lane` counts.
  synchronized void enter(Lane lane, List<Task> taken) {
    this.lane = lane;
    this.taken = taken;
  }

  /// Ends work on the current calls.
  ///
  /// @return whether the thread was given up meanwhile, so that its calls are no longer counted
  synchronized boolean leave() {
    boolean was = lost;
    lost = false;
    lane = null;
    taken = List.of();
    return was;
  }

  /// @param tasks of one version
  synchronized void begin(List<Task> tasks, long now) {
    slot.enter(tasks.getFirst().content());
    this.tasks = tasks;
    this.since = now;
  }

  synchronized void end() {
    slot.leave();
    tasks = List.of();
    if (handle != null) {
      handle.reset();
    }
  }

  /// Ends the current tasks whose deadline has passed by `now`, or that occupy an event loop for
  /// too long, and cancels the run where none is left. The tasks are queried outside of the
  /// monitor: a call over HTTP/2 locks its connection for that, and an event loop that predicts may
  /// hold that lock while it waits for the monitor.
  ///
  /// @return whether a run is in progress
  boolean watch(long now) {
    List<Task> on;
    long begun;
    synchronized (this) {
      on = tasks;
      begun = since;
    }
    boolean wanted = false;
    for (Task task : on) {
      boolean ended = task.expireBy(now) || task.expelBy(now, begun) || task.over();
      wanted |= !ended;
    }
    if (!on.isEmpty() && !wanted) {
      terminate(on);
    }
    return !on.isEmpty();
  }

  /// Cancels the run of `unwanted` where it is still in progress.
  private synchronized void terminate(List<Task> unwanted) {
    if (tasks == unwanted && handle != null) {
      handle.terminate();
    }
  }

  /// The current run where it exceeds the longest possible time; otherwise null. For the watch
  /// only.
  ///
  /// @param clock the time of a [WatchClock]
  @Nullable List<Task> stuck(long clock, StuckRuns.Bounds bounds) {
    synchronized (this) {
      if (tasks != seen) {
        seen = tasks;
        seenSince = clock;
      }
      if (lost) {
        return null;
      }
    }
    if (seen.isEmpty()) {
      return null;
    }
    long bound = seen.getFirst().here() ? bounds.eventLoop() : bounds.worker();
    return clock - seenSince > bound ? seen : null;
  }

  /// Gives the thread up where `run` is still in progress.
  ///
  /// @return null where it has ended meanwhile
  synchronized @Nullable Lost writeOff(List<Task> run) {
    if (tasks != run || lane == null || lost) {
      return null;
    }
    lost = true;
    return new Lost(lane, taken);
  }
}
