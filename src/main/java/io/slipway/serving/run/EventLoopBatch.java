package io.slipway.serving.run;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/// The short calls that one event loop has read in its current iteration and not yet run. Calls
/// that arrive together share a run of the model where that pays, as those queued in a [Lane] do.
/// No call waits for others to arrive; it waits only until the received bytes are read, and for at
/// most [LatencyEstimate#BUDGET] of work. For one thread.
final class EventLoopBatch implements Runnable {
  private final RunSlot slot;
  private List<Task> tasks = new ArrayList<>();
  private long cost;
  private boolean scheduled;
  private boolean running;

  /// @param slot the record of the thread's runs
  EventLoopBatch(RunSlot slot) {
    this.slot = slot;
  }

  /// Runs `task` at the end of this iteration, or as soon as enough tasks are collected.
  ///
  /// @param soon runs tasks on this thread after the bytes that have already arrived were read
  void add(Task task, Executor soon) {
    tasks.add(task);
    cost += task.cost();
    if (!running && (cost > LatencyEstimate.BUDGET || tasks.size() >= RunCost.MOST)) {
      run();
    } else if (!scheduled) {
      scheduled = true;
      soon.execute(this);
    }
  }

  /// Runs the collected tasks. Those that arrive meanwhile, on a connection that does not wait for
  /// answers, run after the other work of the event loop.
  @Override
  public void run() {
    scheduled = false;
    List<Task> now = tasks;
    tasks = new ArrayList<>();
    cost = 0;
    running = true;
    try {
      while (!now.isEmpty()) {
        List<Task> run = gather(now);
        run.getFirst().lane().runHere(run, slot);
      }
    } finally {
      running = false;
    }
  }

  /// Removes the first of `tasks` and as many others as are worth sharing its run, in order of
  /// arrival.
  private static List<Task> gather(List<Task> tasks) {
    Task first = tasks.removeFirst();
    List<Task> run = new ArrayList<>();
    run.add(first);
    int most = first.together();
    Iterator<Task> others = tasks.iterator();
    while (run.size() < most && others.hasNext()) {
      Task next = others.next();
      if (first.shares(next)) {
        others.remove();
        run.add(next);
      }
    }
    return run;
  }
}
