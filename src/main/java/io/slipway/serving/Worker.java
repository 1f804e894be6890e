package io.slipway.serving;

import org.jspecify.annotations.Nullable;

/// A thread that predicts; shows the watch over deadlines what it is at.
final class Worker extends Thread {
  private volatile @Nullable Task task;

  Worker(Runnable work, String name) {
    super(work, name);
    setDaemon(true);
  }

  static Worker current() {
    return (Worker) Thread.currentThread();
  }

  void begin(Task task) {
    this.task = task;
  }

  void end() {
    task = null;
  }

  @Nullable Task task() {
    return task;
  }
}
