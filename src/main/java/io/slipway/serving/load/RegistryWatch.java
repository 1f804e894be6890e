package io.slipway.serving.load;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.KeptFile;
import io.slipway.registry.Registry;
import io.slipway.registry.RegistryEvents;
import io.slipway.registry.Wanted;
import io.slipway.serving.ServingConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Polls the registry for the desired state: at start, on events, and every few seconds in case an
/// event was lost. Runs on its own thread. While the database is down, the loaded versions are
/// served on; after a start without it, the versions that this replica served last, which are saved
/// in a file at every change.
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
  private volatile boolean changed;
  private RegistryEvents.@Nullable Subscription subscription;
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
    subscription = events.watch(RegistryEvents.Topic.MODELS, this::changed);
    Thread.ofPlatform().daemon().name("slipway-reconcile").start(this::watch);
  }

  /// Requests a poll soon.
  private void changed() {
    changed = true;
    wake();
  }

  /// Requests that the served versions are saved soon.
  private void wake() {
    wake.release();
  }

  /// Why the last poll of the registry failed; null where it succeeded.
  public @Nullable String trouble() {
    return trouble;
  }

  private void watch() {
    while (!stopped) {
      changed = false;
      ask();
      long next = System.nanoTime() + every.toNanos();
      do {
        if (told) {
          last.keep(reconciler.served());
        }
      } while (!stopped && !changed && woken(next));
    }
  }

  /// @return false where the time `until`, in [System#nanoTime], is reached
  private boolean woken(long until) {
    try {
      boolean woken = wake.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      wake.drainPermits();
      return woken;
    } catch (InterruptedException e) {
      stopped = true;
      return false;
    }
  }

  private void ask() {
    try {
      long since = reconciler.moves();
      reconciler.want(registry.wanted(), since);
      told = true;
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
    if (subscription != null) {
      subscription.close();
    }
    wake();
  }
}
