package io.slipway.serving.run;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/// The brief calls that one event loop has read in its present iteration and not yet served. What
/// has come in at one time shares runs where that pays, as what waits in a [Lane] does: no call
/// waits for another to come, only for what the sockets hold already, and for no longer than
/// [LatencyEstimate#BUDGET] of work. For one thread.
final class EventLoopBatch implements Runnable {
  private final RunSlot slot;
  private List<Task> tasks = new ArrayList<>();
  private long cost;
  private boolean scheduled;
  private boolean running;

  /// @param slot what the thread is at
  EventLoopBatch(RunSlot slot) {
    this.slot = slot;
  }

  /// Serves `task` at the end of this iteration, or as soon as enough has come together.
  ///
  /// @param soon runs what it is given on this thread, when what has arrived was read
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

  /// Serves what has come together. What comes meanwhile, on a connection that does not wait for
  /// answers, is served after what else the loop has to do.
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

  /// Takes the first of `tasks` and as many others as are worth sharing its run, in the order in
  /// which they came.
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
