package io.slipway.serving.run;

import io.slipway.serving.ServingConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Assigns calls to workers, a bounded pool of platform threads with one [Lane] per version; or, by
/// [#serve], runs short calls on the event loop on which they arrive.
///
/// Guarantees:
/// - [#submit] never blocks.
/// - [#serve] uses its thread for at most [LatencyEstimate#BUDGET], as estimated; a run that takes
///   longer is cancelled and moved to the workers.
/// - Every call is answered exactly once, at its deadline at the latest (within some milliseconds).
///   Calls that have not started by then are dropped.
/// - A worker whose run does not end is replaced ([StuckRuns]).
@Singleton
public final class Dispatcher {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /// The interval at which deadlines are checked.
  private static final Duration TICK = Duration.ofMillis(5);

  private static final Duration IDLE_TICK = Duration.ofMillis(25);

  private final ThreadPoolExecutor pool;
  private final List<RunSlot> slots = new CopyOnWriteArrayList<>();
  private final ThreadLocal<RunSlot> slot = ThreadLocal.withInitial(this::slot);
  private final ThreadLocal<EventLoopBatch> batch =
      ThreadLocal.withInitial(() -> new EventLoopBatch(slot.get()));
  private final Map<String, ModelLanes> lanes = new ConcurrentHashMap<>();
  private final ServingMetrics metrics;
  private final Witness witness;
  private final CrashJournal journal;
  private final StuckRuns stuck;
  private final int size;
  private final int width;
  private final int capacity;
  private int lost;
  private volatile boolean stopped;

  @Inject
  Dispatcher(
      ServingConfig config,
      ServingMetrics metrics,
      Witness witness,
      CrashJournal journal,
      StuckRuns stuck) {
    this(
        metrics,
        witness,
        journal,
        stuck,
        config.threads().orElse(2 * CORES),
        Math.min(config.threads().orElse(2 * CORES), config.threadsPerModel().orElse(CORES)),
        config.queue());
  }

  /// @param size the number of workers
  /// @param width the most workers for one model
  /// @param capacity the most queued calls of one version
  Dispatcher(
      ServingMetrics metrics,
      Witness witness,
      CrashJournal journal,
      StuckRuns stuck,
      int size,
      int width,
      int capacity) {
    this.metrics = metrics;
    this.witness = witness;
    this.journal = journal;
    this.stuck = stuck;
    this.size = size;
    this.width = width;
    this.capacity = capacity;
    pool =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new LinkedTransferQueue<>(),
            Thread.ofPlatform().daemon().name("slipway-predict-", 0).factory());
    pool.prestartAllCoreThreads();
    Thread watch = new Thread(this::watch, "slipway-deadlines");
    watch.setDaemon(true);
    watch.start();
  }

  /// A new record of the current runs of this thread, kept since its first call.
  private RunSlot slot() {
    RunSlot slot = new RunSlot(journal.slot());
    slots.add(slot);
    return slot;
  }

  /// Creates a lane for one version of `model`, to be returned with [#back].
  public Lane take(String model) {
    Lane[] taken = new Lane[1];
    lanes.compute(
        model,
        (_, there) -> {
          ModelLanes all = there == null ? new ModelLanes(width) : there;
          taken[0] = new Lane(pool, slot::get, this::returned, all, capacity);
          all.add(taken[0]);
          if (there == null) {
            metrics.lanes(model, all);
          }
          return all;
        });
    return taken[0];
  }

  /// Returns the lane of a version that is retired.
  public void back(String model, Lane lane) {
    lanes.computeIfPresent(
        model,
        (_, there) -> {
          if (!there.remove(lane)) {
            return there;
          }
          metrics.noLanes(model);
          return null;
        });
  }

  /// Runs `call` on this thread, an event loop, where it is short and no other call waits in its
  /// lane; otherwise as [#submit]. Takes ownership of the lease.
  ///
  /// @param soon runs tasks on this thread after the bytes that have already arrived were read
  public void serve(Lease lease, Call call, long submitted, long deadline, Executor soon) {
    Servable servable = lease.servable();
    if (servable.latency().brief(call.bytes()) && servable.lane().waiting() == 0) {
      batch.get().add(new Task(witness, lease, call, submitted, deadline), soon);
    } else {
      submit(lease, call, submitted, deadline);
    }
  }

  /// Queues `call` for the leased version, unless the model is overloaded.
  ///
  /// @param lease owned by this object where the result is true
  /// @param submitted [System#nanoTime] when the request was completely received
  /// @param deadline [System#nanoTime] by which the call is answered
  /// @return false where the queue is full, or too long to answer the call in time; nothing has
  ///         happened then
  public boolean offer(Lease lease, Call call, long submitted, long deadline) {
    return lease.servable().lane().offer(new Task(witness, lease, call, submitted, deadline));
  }

  /// As [#offer], but an overloaded lane refuses the call itself. Takes ownership of the lease.
  public void submit(Lease lease, Call call, long submitted, long deadline) {
    Task task = new Task(witness, lease, call, submitted, deadline);
    Lane lane = lease.servable().lane();
    if (!lane.offer(task)) {
      try (lease) {
        task.refuse(lane.overloaded(lease.servable().id()));
      }
    }
  }

  private void watch() {
    WatchClock clock = new WatchClock(System.nanoTime());
    while (!stopped) {
      long now = System.nanoTime();
      long time = clock.at(now);
      stuck.look(time);
      boolean busy = false;
      for (ModelLanes model : lanes.values()) {
        for (Lane lane : model.lanes()) {
          lane.expireBy(now);
          busy |= lane.waiting() > 0;
        }
      }
      for (RunSlot slot : slots) {
        busy |= slot.watch(now);
        List<Task> run = slot.stuck(time, stuck.bounds());
        if (run != null) {
          writeOff(slot, run);
        }
      }
      try {
        Thread.sleep(busy ? TICK : IDLE_TICK);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Gives up the thread of `slot`, if `run` is still in progress on it, and starts a new one.
  private void writeOff(RunSlot slot, List<Task> run) {
    RunSlot.Lost gone = slot.writeOff(run);
    if (gone == null) {
      return;
    }
    Task first = run.getFirst();
    boolean here = first.here();
    Servable servable = first.servable();
    StuckRuns.Bounds bounds = stuck.bounds();
    // First, so that queued calls of this version are refused and occupy no other worker.
    servable.quarantine(
        stuck.add(
            servable.id(),
            servable.bundle().digest(),
            here ? StuckRuns.ThreadKind.EVENT_LOOP : StuckRuns.ThreadKind.WORKER,
            here ? bounds.eventLoop() : bounds.worker()));
    servable.meters().stuck();
    if (!here) {
      resize(1);
      gone.lane().giveUp(gone.taken());
    }
  }

  private void returned(StuckRuns.ThreadKind kind) {
    stuck.returned(kind);
    if (kind == StuckRuns.ThreadKind.WORKER) {
      resize(-1);
    }
  }

  /// @param more the number of newly lost threads; negative where threads are back
  private synchronized void resize(int more) {
    lost += more;
    int threads = size + lost;
    if (more > 0) {
      pool.setMaximumPoolSize(threads);
      pool.setCorePoolSize(threads);
    } else {
      pool.setCorePoolSize(threads);
      pool.setMaximumPoolSize(threads);
    }
  }

  @PreDestroy
  public void stop() {
    stopped = true;
    pool.shutdown();
  }
}
