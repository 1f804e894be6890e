package io.slipway.serving.run;

import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One version's way to the workers, which makes it a bulkhead: a queue of its own, bounded, and a
/// bound on how many workers are in it at once, which it shares with the other versions of its
/// model ([ModelLanes]). So a slow version neither fills the queues of others nor takes all their
/// workers. First come, first served. Lock-free.
public final class Lane implements Runnable {
  private final ThreadPoolExecutor workers;
  private final Supplier<RunSlot> slot;
  private final Consumer<StuckRuns.ThreadKind> returned;
  private final ModelLanes model;
  private final int capacity;
  private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// Rounds that are on or scheduled.
  private final AtomicInteger rounds = new AtomicInteger();

  private final AtomicInteger working = new AtomicInteger();
  private final Backlog backlog;

  /// @param slot what the present thread is at
  /// @param returned hears of a thread that was written off and is there again
  /// @param model the lanes that it shares workers with
  /// @param capacity the most calls that wait
  Lane(
      ThreadPoolExecutor workers,
      Supplier<RunSlot> slot,
      Consumer<StuckRuns.ThreadKind> returned,
      ModelLanes model,
      int capacity) {
    this.workers = workers;
    this.slot = slot;
    this.returned = returned;
    this.model = model;
    this.capacity = capacity;
    this.backlog = new Backlog(model.width());
  }

  /// @return false where the queue is full, or so long that the task would not be answered in time;
  ///       else the task is run, or found expired
  boolean offer(Task task) {
    if (waiting.incrementAndGet() > capacity
        || !task.admits(backlog.foretold(), System.nanoTime())) {
      waiting.decrementAndGet();
      return false;
    }
    backlog.add(task.cost());
    queue.add(task);
    schedule();
    return true;
  }

  /// Begins one round more where there is work for it and the model may have it.
  void schedule() {
    if (waiting.get() > 0 && begin()) {
      workers.execute(this);
    }
  }

  private boolean begin() {
    int own = rounds.get();
    while (own == 0) {
      if (rounds.compareAndSet(0, 1)) {
        model.begin();
        return true;
      }
      own = rounds.get();
    }
    if (model.begin(this, own)) {
      rounds.incrementAndGet();
      return true;
    }
    return false;
  }

  /// One round of a worker: calls of this lane, shared runs where that pays, as long as no other
  /// lane waits for a worker, of its model or of others.
  @Override
  public void run() {
    try {
      Task task = poll();
      while (task != null) {
        work(gather(task));
        task =
            workers.getQueue().isEmpty() && !model.othersNeed(this, rounds.get()) ? poll() : null;
      }
    } finally {
      rounds.decrementAndGet();
      model.end(this);
      // What came meanwhile found all rounds taken; it gets its turn behind the other lanes.
      schedule();
    }
  }

  private @Nullable Task poll() {
    Task task = queue.poll();
    if (task != null) {
      taken(task);
    }
    return task;
  }

  private void taken(Task task) {
    waiting.decrementAndGet();
    task.waited(backlog);
  }

  /// `first`, and of what waits behind it as much as is worth sharing a run: never more than this
  /// worker's part, and never by waiting for more.
  private List<Task> gather(Task first) {
    List<Task> run = new ArrayList<>();
    run.add(first);
    int most = Math.min(first.together(), (waiting.get() + model.width()) / model.width());
    while (run.size() < most) {
      Task next = queue.peek();
      if (next == null || !first.shares(next) || !queue.remove(next)) {
        return run;
      }
      taken(next);
      run.add(next);
    }
    return run;
  }

  private void work(List<Task> run) {
    RunSlot at = slot.get();
    working.addAndGet(run.size());
    at.enter(this, run);
    try {
      Task.run(run, at);
    } finally {
      if (at.leave()) {
        takeBack(run);
      }
      working.addAndGet(-run.size());
      run.forEach(task -> backlog.done(task.cost()));
    }
  }

  /// Does as if `run` were over, which does not end on its worker: another one is let in.
  void giveUp(List<Task> run) {
    working.addAndGet(-run.size());
    run.forEach(task -> backlog.done(task.cost()));
    rounds.decrementAndGet();
    model.end(this);
    schedule();
  }

  /// `run`, which was given up, has ended after all.
  private void takeBack(List<Task> run) {
    rounds.incrementAndGet();
    model.begin();
    run.forEach(task -> backlog.add(task.cost()));
    working.addAndGet(run.size());
    returned.accept(StuckRuns.ThreadKind.WORKER);
  }

  /// Runs `tasks` of one version on this thread, past the queue.
  void runHere(List<Task> tasks, RunSlot slot) {
    working.addAndGet(tasks.size());
    slot.enter(this, tasks);
    try {
      Task.runHere(tasks, slot);
    } finally {
      if (slot.leave()) {
        returned.accept(StuckRuns.ThreadKind.EVENT_LOOP);
      }
      working.addAndGet(-tasks.size());
    }
  }

  /// Answers the waiting calls whose deadline has passed; a worker drops them when it finds them.
  void expireBy(long now) {
    if (waiting.get() > 0) {
      queue.forEach(task -> task.expireBy(now));
    }
  }

  /// Why a call of `version` is not taken.
  Unserved.Overloaded overloaded(VersionId version) {
    long wait = backlog.foretold();
    return new Unserved.Overloaded(
        waiting.get() >= capacity
            ? "the queue of " + version.model() + " is full"
            : version.model()
                + " would not answer in time: it has work for "
                + wait / 1_000_000
                + " ms",
        Duration.ofNanos(wait));
  }

  /// How many calls wait.
  int waiting() {
    return waiting.get();
  }

  /// Rounds that are on or scheduled.
  int rounds() {
    return rounds.get();
  }

  /// How many calls are worked on.
  int working() {
    return working.get();
  }
}
