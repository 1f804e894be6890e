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
  /// too long; cuts the run short when nobody waits for it any more.
  ///
  /// @return whether any task is on
  synchronized boolean watch(long now) {
    boolean wanted = false;
    for (Task task : tasks) {
      boolean ended = task.expireBy(now) || task.expelBy(now, since) || task.over();
      wanted |= !ended;
    }
    if (!tasks.isEmpty() && !wanted && handle != null) {
      handle.terminate();
    }
    return !tasks.isEmpty();
  }
}
