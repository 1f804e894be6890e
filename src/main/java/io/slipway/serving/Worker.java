package io.slipway.serving;

import io.slipway.onnx.RunHandle;
import org.jspecify.annotations.Nullable;

/// What one thread that predicts is at: shown to the watch over deadlines, which may cut it short.
/// Its monitor keeps a late order to stop from hitting the next task.
final class Worker {
  private @Nullable Task task;
  private @Nullable RunHandle handle;
  private long since;

  /// What the runs of this thread can be cut short with; for this thread alone.
  synchronized RunHandle handle() {
    if (handle == null) {
      handle = RunHandle.open();
    }
    return handle;
  }

  synchronized void begin(Task task, long now) {
    this.task = task;
    this.since = now;
  }

  synchronized void end() {
    task = null;
    if (handle != null) {
      handle.reset();
    }
  }

  /// Ends the task that is on, where its deadline has passed by `now` or where it keeps an event
  /// loop for too long.
  ///
  /// @return whether a task is on
  synchronized boolean watch(long now) {
    if (task == null) {
      return false;
    }
    if ((task.expireBy(now) || task.expelBy(now, since)) && handle != null) {
      handle.terminate();
    }
    return true;
  }
}
