package io.slipway.serving.run;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.bundle.Digest;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.VersionId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/// Detects runs of models that do not end, and limits the damage.
///
/// ONNX Runtime can stop a run only between two operators, and Java cannot stop a thread from
/// outside. So the thread of such a run is lost and occupies a core until the process ends.
/// Therefore:
/// 1. The content is quarantined ([CrashJournal]), at once and across restarts: no version of it is
///    run again until an operator releases it.
/// 2. The thread is given up, and a new one replaces it.
/// 3. Where more threads are lost than the process can spare, or an event loop, which cannot be
///    replaced, the process must exit and be restarted.
///
/// A run that ends after all returns its thread; the quarantine remains. Thread-safe.
@Singleton
public final class StuckRuns {
  private static final Logger LOG = Logger.getLogger(StuckRuns.class);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /// The kind of a lost thread.
  enum ThreadKind {
    WORKER,
    LOADER,
    EVENT_LOOP;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The longest possible times of runs, in nanoseconds; a run beyond them counts as endless.
  ///
  /// @param worker for a run on a worker
  /// @param eventLoop for a run on an event loop, which should be short
  /// @param loader for all examples of a version at load
  record Bounds(long worker, long eventLoop, long loader) {}

  private final CrashJournal journal;
  private final Bounds bounds;
  private final int most;
  private final AtomicIntegerArray lost = new AtomicIntegerArray(ThreadKind.values().length);
  private final List<BiConsumer<Digest, String>> quarantines = new CopyOnWriteArrayList<>();
  private final List<Runnable> ends = new CopyOnWriteArrayList<>();
  private final Set<Load> loads = ConcurrentHashMap.newKeySet();

  @Inject
  StuckRuns(ServingConfig config, CrashJournal journal, MeterRegistry registry) {
    this(
        new Bounds(
            config.deadline().plus(config.stuckAfter()).toNanos(),
            config.stuckAfter().toNanos(),
            config.loadTimeout().toNanos()),
        config.stuckAtMost().orElse(Math.max(1, CORES / 2)),
        journal,
        registry);
  }

  /// @param most the number of threads that may be lost
  StuckRuns(Bounds bounds, int most, CrashJournal journal, MeterRegistry registry) {
    this.bounds = bounds;
    this.most = most;
    this.journal = journal;
    for (ThreadKind kind : ThreadKind.values()) {
      Gauge.builder("slipway.stuck.threads", lost, l -> l.get(kind.ordinal()))
          .description("Threads given up because a model's run on them does not end")
          .tag("kind", kind.label())
          .register(registry);
    }
  }

  Bounds bounds() {
    return bounds;
  }

  /// The number of threads lost now.
  public int lost() {
    int sum = 0;
    for (ThreadKind kind : ThreadKind.values()) {
      sum += lost.get(kind.ordinal());
    }
    return sum;
  }

  /// The number of threads that may be lost.
  public int most() {
    return most;
  }

  /// Whether an event loop is lost.
  public boolean eventLoop() {
    return lost.get(ThreadKind.EVENT_LOOP.ordinal()) > 0;
  }

  /// Whether too many threads are lost for the process to continue.
  public boolean tooMany() {
    return eventLoop() || lost() > most;
  }

  /// Registers a listener for content that is quarantined, with the reason.
  public void onQuarantine(BiConsumer<Digest, String> listener) {
    quarantines.add(listener);
  }

  /// Registers a listener for the loss of too many threads; it may be called more than once.
  public void onTooMany(Runnable listener) {
    ends.add(listener);
  }

  /// The runs of the examples of a version at load, on one thread, until closed.
  public final class Load implements AutoCloseable {
    private final VersionId version;
    private final Digest content;
    private final IntConsumer threads;
    private long since = -1;
    private boolean lost;
    private boolean over;

    private Load(VersionId version, Digest content, IntConsumer threads) {
      this.version = version;
      this.content = content;
      this.threads = threads;
    }

    private synchronized void look(long time) {
      if (since < 0) {
        since = time;
      } else if (!over && !lost && time - since > bounds.loader()) {
        lost = true;
        threads.accept(1);
        add(version, content, ThreadKind.LOADER, bounds.loader());
      }
    }

    @Override
    public synchronized void close() {
      over = true;
      loads.remove(this);
      if (lost) {
        threads.accept(-1);
        returned(ThreadKind.LOADER);
      }
    }
  }

  /// Starts to watch this thread, which is about to run the examples of `version`.
  ///
  /// @param threads called with the number of threads to add, as this one is given up, or to remove
  public Load load(VersionId version, Digest content, IntConsumer threads) {
    Load load = new Load(version, content, threads);
    loads.add(load);
    return load;
  }

  /// Checks for loads that do not end; called periodically.
  ///
  /// @param time of a [WatchClock]
  void look(long time) {
    loads.forEach(load -> load.look(time));
  }

  /// Records a run of `version` that does not end, with its lost thread. Returns at once: the
  /// consequences are written to disk by another thread.
  ///
  /// @param after how long it has been running, in nanoseconds
  /// @return why its content is no longer run
  String add(VersionId version, Digest content, ThreadKind kind, long after) {
    lost.incrementAndGet(kind.ordinal());
    String what =
        switch (kind) {
          case WORKER -> "a run";
          case LOADER -> "a run of its examples at load";
          case EVENT_LOOP -> "a run on an event loop";
        };
    String why = what + " did not end within " + Duration.ofNanos(after).toSeconds() + " s";
    Thread.ofPlatform().name("slipway-quarantine").start(() -> quarantine(version, content, why));
    return "in quarantine: " + why;
  }

  private void quarantine(VersionId version, Digest content, String why) {
    String message = journal.quarantine(content, why);
    LOG.errorf(
        "stuck model=%s version=%d: its thread is given up (%d of at most %d); %s",
        version.model(), version.number(), lost(), most, message);
    quarantines.forEach(listener -> listener.accept(content, message));
    if (tooMany()) {
      LOG.errorf(
          "%s: this process must exit and be restarted",
          eventLoop() ? "an event loop is lost" : lost() + " threads are lost");
      ends.forEach(Runnable::run);
    }
  }

  /// Records that a given-up thread has returned.
  void returned(ThreadKind kind) {
    lost.decrementAndGet(kind.ordinal());
    LOG.warnf("a run that was considered endless has ended; %d threads are lost", lost());
  }
}
