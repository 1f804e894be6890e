package io.slipway.serving.run;

import io.slipway.onnx.RunHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The runs of one thread that predicts: which calls it is at, since when, and how to cut them
/// short. The watch over deadlines looks at it, and may write the thread off. Its monitor keeps a
/// late order to stop from hitting the next task.
final class RunSlot {
  private final CrashJournal.Slot slot;
  private List<Task> tasks = List.of();
  private @Nullable RunHandle handle;
  private long since;

  /// The run that the watch has seen last, and since when; for the watch alone.
  private List<Task> seen = List.of();

  private long seenSince;

  /// Where the run is counted, with what was taken from there for it.
  private @Nullable Lane lane;

  private List<Task> taken = List.of();
  private boolean lost;

  /// A run that is written off.
  ///
  /// @param lane where it is counted
  /// @param taken the calls that are counted there
  record Lost(Lane lane, List<Task> taken) {}

  /// @param slot where it says what it is at
  RunSlot(CrashJournal.Slot slot) {
    this.slot = slot;
  }

  /// What the runs of this thread can be cut short with; for this thread alone. On an event loop,
  /// which nothing replaces, nothing is run whose like has not ended elsewhere.
  ///
  /// @param here whether this thread is an event loop
  synchronized RunHandle handle(boolean here) {
    if (handle == null) {
      handle = RunHandle.open(here);
    }
    return handle;
  }

  /// From now on at calls that `lane` counts.
  synchronized void enter(Lane lane, List<Task> taken) {
    this.lane = lane;
    this.taken = taken;
  }

  /// At none of them any more.
  ///
  /// @return whether the thread was written off meanwhile, and its calls are not counted any more
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

  /// Ends the tasks that are on, whose deadline has passed by `now` or that keep an event loop for
  /// too long; cuts the run short when nobody waits for it any more. The tasks are asked outside of
  /// the monitor: a call over HTTP/2 asks its connection whether anybody waits, and the event loop
  /// that predicts here may hold that one while it waits for the monitor.
  ///
  /// @return whether any task is on
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

  /// Cuts the run of `unwanted` short, where it is still on.
  private synchronized void terminate(List<Task> unwanted) {
    if (tasks == unwanted && handle != null) {
      handle.terminate();
    }
  }

  /// The run that is on for longer than any can be; null where there is none. For the watch alone.
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

  /// Writes the thread off, where `run` is still on.
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
