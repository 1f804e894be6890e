package io.slipway.serving;

import io.slipway.onnx.RunHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one thread that predicts is at: shown to the watch over deadlines, which may cut it short.
/// Its monitor keeps a late order to stop from hitting the next task.
final class Worker {
  private final CrashJournal.Slot slot;
  private List<Task> tasks = List.of();
  private @Nullable RunHandle handle;
  private long since;

  /// @param slot where it says what it is at
  Worker(CrashJournal.Slot slot) {
    this.slot = slot;
  }

  /// What the runs of this thread can be cut short with; for this thread alone.
  synchronized RunHandle handle() {
    if (handle == null) {
      handle = RunHandle.open();
    }
    return handle;
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
}
