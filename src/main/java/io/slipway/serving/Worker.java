package io.slipway.serving;

import io.slipway.onnx.RunHandle;
import org.jspecify.annotations.Nullable;

/// A thread that predicts; shows the watch over deadlines what it is at, and lets it be cut short.
/// Its monitor keeps a late order to stop from hitting the next task.
final class Worker extends Thread {
  private @Nullable Task task;
  private @Nullable RunHandle handle;

  Worker(Runnable work, String name) {
    super(work, name);
    setDaemon(true);
  }

  static Worker current() {
    return (Worker) Thread.currentThread();
  }

  /// What runs of this thread can be cut short with; null on other threads.
  static @Nullable RunHandle handle() {
    return Thread.currentThread() instanceof Worker worker ? worker.open() : null;
  }

  private synchronized RunHandle open() {
    if (handle == null) {
      handle = RunHandle.open();
    }
    return handle;
  }

  synchronized void begin(Task task) {
    this.task = task;
  }

  synchronized void end() {
    task = null;
    if (handle != null) {
      handle.reset();
    }
  }

  /// Ends the task that is on, where its deadline has passed by `now`.
  ///
  /// @return whether a task is on
  synchronized boolean expireBy(long now) {
    if (task == null) {
      return false;
    }
    if (task.expireBy(now) && handle != null) {
      handle.terminate();
    }
    return true;
  }
}
