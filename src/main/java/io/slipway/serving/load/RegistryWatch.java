package io.slipway.serving.load;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.KeptFile;
import io.slipway.registry.Registry;
import io.slipway.registry.RegistryEvent;
import io.slipway.registry.RegistryEvents;
import io.slipway.registry.Wanted;
import io.slipway.serving.ServingConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Polls the registry for the desired state: at start and every few seconds of all models, on an
/// event of the model that it names. Runs on its own thread. While the database is down, the loaded
/// versions are served on; after a start without it, the versions that this replica served last,
/// which are saved in a file at every change.
@Singleton
public final class RegistryWatch {
  private static final Logger LOG = Logger.getLogger(RegistryWatch.class);

  private final Registry registry;
  private final RegistryEvents events;
  private final Reconciler reconciler;
  private final Duration every;
  private final KeptFile<List<Wanted>> last;
  private final Semaphore wake = new Semaphore(0);
  private boolean told;

  /// The models that events have named since the last poll. Guarded by itself.
  private final Set<String> named = new HashSet<>();

  /// Whether events may have been missed.
  private final AtomicBoolean all = new AtomicBoolean();

  private final List<RegistryEvents.Subscription> subscriptions = new ArrayList<>();
  private volatile boolean stopped;
  private volatile @Nullable String trouble;

  @Inject
  RegistryWatch(
      Registry registry,
      RegistryEvents events,
      Reconciler reconciler,
      ServingConfig config,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.last = new KeptFile<>(data.resolve("served.json"), new TypeReference<>() {});
    this.registry = registry;
    this.events = events;
    this.reconciler = reconciler;
    this.every = config.reconcileEvery();
  }

  void start(@Observes StartupEvent event) {
    reconciler.onChange(this::wake);
    subscriptions.add(events.subscribe(this::heard));
    subscriptions.add(
        events.watch(
            RegistryEvents.Topic.MODELS,
            () -> {
              all.set(true);
              wake();
            }));
    Thread.ofPlatform().daemon().name("slipway-reconcile").start(this::watch);
  }

  /// Requests a poll of the model that `event` names. Only what the audit records changes what is
  /// served.
  private void heard(RegistryEvent event) {
    String model = event.model();
    if (model != null && event.audit() != null) {
      synchronized (named) {
        named.add(model);
      }
      wake();
    }
  }

  /// Ends a wait.
  private void wake() {
    wake.release();
  }

  /// Why the last poll of the registry failed; null where it succeeded.
  public @Nullable String trouble() {
    return trouble;
  }

  private void watch() {
    long next = System.nanoTime();
    while (!stopped) {
      Set<String> models = named();
      if (all.getAndSet(false) || System.nanoTime() - next >= 0) {
        ask(this::everything);
        next = System.nanoTime() + every.toNanos();
      } else if (!models.isEmpty()) {
        ask(() -> only(models));
      }
      if (told) {
        last.keep(reconciler.served());
      }
      await(next);
    }
  }

  private Set<String> named() {
    synchronized (named) {
      Set<String> models = Set.copyOf(named);
      named.clear();
      return models;
    }
  }

  /// Waits until woken, or until the time `until`, in [System#nanoTime].
  private void await(long until) {
    try {
      if (wake.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        wake.drainPermits();
      }
    } catch (InterruptedException e) {
      stopped = true;
    }
  }

  private void everything() {
    long since = reconciler.moves();
    reconciler.want(registry.wanted(), since);
    told = true;
  }

  private void only(Set<String> models) {
    long since = reconciler.moves();
    reconciler.want(models, registry.wanted(models), since);
  }

  private void ask(Runnable poll) {
    try {
      poll.run();
      if (trouble != null) {
        trouble = null;
        LOG.info("the registry is reachable again");
      }
    } catch (RuntimeException e) {
      if (trouble == null && !stopped) {
        LOG.error("the registry is unreachable; loaded versions are still served", e);
      }
      trouble = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (!told) {
        recall();
      }
      reconciler.tick();
    }
  }

  private void recall() {
    List<Wanted> served = last.read();
    if (served != null) {
      told = true;
      LOG.warnf("serving the versions that this replica served last: %d models", served.size());
      reconciler.want(served, reconciler.moves());
    }
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    subscriptions.forEach(RegistryEvents.Subscription::close);
    wake();
  }
}
