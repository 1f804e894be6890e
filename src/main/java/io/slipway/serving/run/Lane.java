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

/// The queue of one version. It isolates versions from each other: it is bounded, and it limits how
/// many workers run the version at once, a limit shared with the other versions of its model
/// ([ModelLanes]). So a slow version neither fills other queues nor takes all workers. First in,
/// first out. Lock-free.
public final class Lane implements Runnable {
  private final ThreadPoolExecutor workers;
  private final Supplier<RunSlot> slot;
  private final Consumer<StuckRuns.ThreadKind> returned;
  private final ModelLanes model;
  private final int capacity;
  private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// The rounds that are running or scheduled.
  private final AtomicInteger rounds = new AtomicInteger();

  private final AtomicInteger working = new AtomicInteger();
  private final Backlog backlog;

  /// @param slot the record of the current thread's runs
  /// @param returned called where a thread that was given up has returned
  /// @param model the lanes that share workers with this one
  /// @param capacity the most queued calls
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

  /// @return false where the queue is full, or too long to answer the task in time; otherwise the
  ///       task is run or expires
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

  /// Starts one more round where there is work for it and the model's limit allows it.
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

  /// One round of a worker: runs calls of this lane, in shared runs where that pays, until the lane
  /// is empty or another lane waits for a worker.
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
      // Calls that arrived meanwhile found all rounds busy; they are run after the other lanes.
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

  /// `first` and as many queued calls as are worth sharing a run: at most this worker's share of
  /// the queue, and without waiting for more to arrive.
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

  /// Ends the round of `run`, which is stuck, so that another worker may take over.
  void giveUp(List<Task> run) {
    working.addAndGet(-run.size());
    run.forEach(task -> backlog.done(task.cost()));
    rounds.decrementAndGet();
    model.end(this);
    schedule();
  }

  /// Ends the bookkeeping of `run`, which was given up and has ended after all.
  private void takeBack(List<Task> run) {
    rounds.incrementAndGet();
    model.begin();
    run.forEach(task -> backlog.add(task.cost()));
    working.addAndGet(run.size());
    returned.accept(StuckRuns.ThreadKind.WORKER);
  }

  /// Runs `tasks` of one version on this thread, bypassing the queue.
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

  /// Answers the queued calls whose deadline has passed; workers drop them later.
  void expireBy(long now) {
    if (waiting.get() > 0) {
      queue.forEach(task -> task.expireBy(now));
    }
  }

  /// Why a call of `version` is refused.
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

  /// The number of queued calls.
  int waiting() {
    return waiting.get();
  }

  /// The number of rounds that are running or scheduled.
  int rounds() {
    return rounds.get();
  }

  /// The number of calls being run.
  int working() {
    return working.get();
  }
}
