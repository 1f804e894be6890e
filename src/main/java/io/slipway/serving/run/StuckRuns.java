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

/// The runs of models that do not end, and what follows from each.
///
/// ONNX Runtime stops a run between two operators and never inside of one, and no thread of Java
/// can be ended from outside: the thread of such a run is lost, and keeps a core busy until the
/// process ends. So
/// 1. the content goes into quarantine ([CrashJournal]), at once and across restarts: no version of
///    it is run again until an operator says so;
/// 2. the thread is written off, and another takes its place;
/// 3. once more threads are written off than the process can spare, or an event loop, which nothing
///    can replace, the process has to end and to be started again.
///
/// A run that ends after all gives its thread back; the quarantine stays. For all threads.
@Singleton
public final class StuckRuns {
  private static final Logger LOG = Logger.getLogger(StuckRuns.class);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /// What kind of thread is lost.
  enum ThreadKind {
    WORKER,
    LOADER,
    EVENT_LOOP;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How long a run may be on until it is taken to never end, in nanoseconds.
  ///
  /// @param worker on a thread that predicts
  /// @param eventLoop where only what is brief is run
  /// @param loader all examples of a version that is loaded
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

  /// @param most how many threads may be lost
  StuckRuns(Bounds bounds, int most, CrashJournal journal, MeterRegistry registry) {
    this.bounds = bounds;
    this.most = most;
    this.journal = journal;
    for (ThreadKind kind : ThreadKind.values()) {
      Gauge.builder("slipway.stuck.threads", lost, l -> l.get(kind.ordinal()))
          .description("Threads that are written off, as the run of a model on them does not end")
          .tag("kind", kind.label())
          .register(registry);
    }
  }

  Bounds bounds() {
    return bounds;
  }

  /// How many threads are lost at this moment.
  public int lost() {
    int sum = 0;
    for (ThreadKind kind : ThreadKind.values()) {
      sum += lost.get(kind.ordinal());
    }
    return sum;
  }

  /// How many may be.
  public int most() {
    return most;
  }

  /// Whether an event loop is lost.
  public boolean eventLoop() {
    return lost.get(ThreadKind.EVENT_LOOP.ordinal()) > 0;
  }

  /// Whether the process can't go on so.
  public boolean tooMany() {
    return eventLoop() || lost() > most;
  }

  /// Has `listener` told of each content that goes into quarantine, with the reason.
  public void onQuarantine(BiConsumer<Digest, String> listener) {
    quarantines.add(listener);
  }

  /// Has `listener` called when the process can't go on; more than once, maybe.
  public void onTooMany(Runnable listener) {
    ends.add(listener);
  }

  /// Runs on the examples of a version that is loaded, on one thread, until they are closed.
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

  /// The examples of `version` are about to be run on this thread.
  ///
  /// @param threads hears how many threads more are needed, as this one is written off, or fewer
  public Load load(VersionId version, Digest content, IntConsumer threads) {
    Load load = new Load(version, content, threads);
    loads.add(load);
    return load;
  }

  /// Finds loads that do not end; called again and again.
  ///
  /// @param time of a [WatchClock]
  void look(long time) {
    loads.forEach(load -> load.look(time));
  }

  /// A run of `version` does not end, and its thread is written off. Returns at once: what follows
  /// is written to the disk, which may take its time.
  ///
  /// @param after how long it has been on, in nanoseconds
  /// @return why its content is not run any more
  String add(VersionId version, Digest content, ThreadKind kind, long after) {
    lost.incrementAndGet(kind.ordinal());
    String what =
        switch (kind) {
          case WORKER -> "a run of it";
          case LOADER -> "a run of it on its examples, when it was loaded,";
          case EVENT_LOOP -> "a run of it on an event loop";
        };
    String why = what + " did not end in " + Duration.ofNanos(after).toSeconds() + " s";
    Thread.ofPlatform().name("slipway-quarantine").start(() -> quarantine(version, content, why));
    return "it is in quarantine, as " + why;
  }

  private void quarantine(VersionId version, Digest content, String why) {
    String message = journal.quarantine(content, why);
    LOG.errorf(
        "stuck model=%s version=%d: its thread is written off (%d of at most %d); %s",
        version.model(), version.number(), lost(), most, message);
    quarantines.forEach(listener -> listener.accept(content, message));
    if (tooMany()) {
      LOG.errorf(
          "%s: this process has to end, and to be started again",
          eventLoop() ? "an event loop is lost" : lost() + " threads are lost");
      ends.forEach(Runnable::run);
    }
  }

  /// A thread that was written off is there again.
  void returned(ThreadKind kind) {
    lost.decrementAndGet(kind.ordinal());
    LOG.warnf("a run that was taken to never end has ended; %d threads are written off", lost());
  }
}
