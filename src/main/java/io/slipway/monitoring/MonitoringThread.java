package io.slipway.monitoring;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.pipeline.profile.Baseline;
import io.slipway.pipeline.profile.Profile;
import io.slipway.registry.Monitoring;
import io.slipway.registry.Refusal;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.load.Reconciler;
import io.slipway.serving.run.Servable;
import io.slipway.serving.traffic.ServingTable;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// The thread of monitoring: plans what is counted of each loaded version, writes the counts at
/// each flush, and judges the windows that have closed. While the database does not answer,
/// counting goes on.
@Singleton
final class MonitoringThread {
  private static final Logger LOG = Logger.getLogger(MonitoringThread.class);

  /// How often the loaded versions are looked at, in addition to changes.
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Duration LEAST_FLUSH = Duration.ofSeconds(1);

  private final MonitoringConfig config;
  private final LiveCounts live;
  private final Monitoring store;
  private final ServingTable table;
  private final Reconciler reconciler;
  private final DriftGauges gauges;
  private final InstantSource clock;
  private final Duration every;
  private final Windows windows;
  private final Flush flush;
  private final WindowClose close;
  private final Semaphore wake = new Semaphore(0);

  /// The plans of loaded versions; empty for a version without a baseline.
  private final Map<VersionId, Optional<CountingPlan>> plans = new HashMap<>();

  private Instant closed = Instant.EPOCH;
  private Instant forgotten = Instant.EPOCH;
  private Set<VersionId> shown = Set.of();
  private volatile boolean stopped;
  private boolean troubled;

  @Inject
  MonitoringThread(
      MonitoringConfig config,
      LiveCounts live,
      Monitoring store,
      ServingTable table,
      Reconciler reconciler,
      DriftGauges gauges,
      InstantSource clock) {
    this.config = config;
    this.live = live;
    this.store = store;
    this.table = table;
    this.reconciler = reconciler;
    this.gauges = gauges;
    this.clock = clock;
    this.every = max(config.flush(), LEAST_FLUSH);
    this.windows = new Windows(max(config.window(), every));
    this.flush = new Flush(live, store, clock.instant());
    this.close = new WindowClose(store, DriftLimits.of(config), windows);
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  void start(@Observes StartupEvent event) {
    if (config.enabled()) {
      reconciler.onChange(wake::release);
      Thread.ofPlatform().daemon().name("slipway-monitoring").start(this::run);
    }
  }

  private void run() {
    try {
      while (!stopped) {
        turn();
        if (wake.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void turn() {
    if (stopped) {
      return;
    }
    try {
      plan();
      flush();
      closeWindows();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.warnf(e, "monitoring cannot reach its records; it goes on counting");
      }
      troubled = true;
    }
  }

  /// Plans what is counted of the versions that are loaded now.
  private void plan() {
    Set<VersionId> loaded = new HashSet<>();
    for (String model : table.models()) {
      table.pointers(model).values().forEach(number -> loaded.add(new VersionId(model, number)));
    }
    boolean changed = plans.keySet().retainAll(loaded);
    for (VersionId id : loaded) {
      Servable servable = table.peek(id.model(), new Selector.Version(id.number()));
      if (!plans.containsKey(id) && servable != null) {
        plans.put(id, planned(servable));
        changed = true;
      }
    }
    if (changed) {
      Map<VersionId, CountingPlan> now = new HashMap<>();
      plans.forEach((id, plan) -> plan.ifPresent(known -> now.put(id, known)));
      live.plans(now);
    }
  }

  private Optional<CountingPlan> planned(Servable servable) {
    VersionId id = servable.id();
    try {
      Monitoring.Stored stored = store.baseline(id.model(), id.number());
      if (stored.document() == null) {
        return Optional.empty();
      }
      return Optional.of(
          CountingPlan.of(
              id,
              stored.version(),
              Baseline.of(stored.document()),
              servable.bundle().manifest(),
              servable.pipeline()));
    } catch (Refusal.NotFound | IllegalArgumentException e) {
      LOG.warnf("%s is not watched: %s", id, e.getMessage());
      return Optional.empty();
    }
  }

  /// Writes the counts when a flush is due, and at the end of each window.
  private void flush() {
    Instant now = clock.instant();
    if (Windows.floor(now, every).isAfter(flush.last())
        || windows.lastEnd(now).isAfter(flush.last())) {
      // The time of the beat, so that what was counted before the end of a window belongs to it.
      Instant beat = Windows.floor(now, every);
      Instant end = windows.lastEnd(now);
      flush.run(end.isAfter(beat) ? end : beat, false);
    }
  }

  /// Judges the last closed window of every version, once the other replicas have written theirs.
  private void closeWindows() {
    Instant now = clock.instant();
    Instant end = windows.lastEnd(now);
    Set<VersionId> staged = staged();
    boolean due = end.isAfter(closed) && !now.isBefore(end.plus(grace()));
    if (!due && (staged.equals(shown) || closed.equals(Instant.EPOCH))) {
      return;
    }
    Instant last = due ? end : closed;
    Map<VersionId, DriftMemory> found = new HashMap<>();
    plans.forEach(
        (id, plan) ->
            plan.ifPresent(
                known -> {
                  DriftMemory memory = close.close(known.version(), known.baseline(), last);
                  if (staged.contains(id)) {
                    found.put(id, memory == null ? empty(known.baseline()) : memory);
                  }
                }));
    gauges.show(found);
    closed = last;
    shown = staged;
    if (Duration.between(forgotten, now).compareTo(Duration.ofHours(1)) > 0) {
      store.forget(now, config.keep());
      forgotten = now;
    }
  }

  /// A window without objects.
  private static DriftMemory empty(Baseline baseline) {
    Map<String, DriftMemory.Property> properties = new HashMap<>();
    for (var profile : baseline.profiles()) {
      if (!(profile instanceof Profile.Presence)) {
        properties.put(
            Shift.key(profile),
            new DriftMemory.Property(DriftState.INSUFFICIENT, 0, 1, 1, List.of()));
      }
    }
    return new DriftMemory(DriftState.INSUFFICIENT, Stratum.CALLS, 0, 1, properties);
  }

  /// How long the other replicas may take to write what they counted in a window.
  private Duration grace() {
    Duration two = LOOK.multipliedBy(2).plus(LOOK);
    return every.compareTo(two) < 0 ? every.plus(LOOK) : two;
  }

  /// The versions that a stage points to.
  private Set<VersionId> staged() {
    Set<VersionId> staged = new HashSet<>();
    for (String model : table.models()) {
      table
          .pointers(model)
          .forEach(
              (selector, number) -> {
                if (selector instanceof Selector.Stage) {
                  staged.add(new VersionId(model, number));
                }
              });
    }
    return staged;
  }

  /// Writes what was counted last.
  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    wake.release();
    last();
  }

  private synchronized void last() {
    if (!config.enabled()) {
      return;
    }
    try {
      flush.run(clock.instant(), true);
    } catch (RuntimeException e) {
      LOG.warnf("the last counts of monitoring are lost: %s", e.getMessage());
    }
  }
}
