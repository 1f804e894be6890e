package io.slipway.serving.replica;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.ModelReport;
import io.slipway.registry.ReplicaReport;
import io.slipway.registry.Replicas;
import io.slipway.serving.load.Reconciler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Tells the registry what this replica serves: when that has changed, and every few seconds, as a
/// sign of life. On a thread of its own; where the database does not answer, nothing is told, and
/// this replica counts no more until it does.
@Singleton
final class SelfReport {
  private static final Logger LOG = Logger.getLogger(SelfReport.class);

  private final ThisReplica self;
  private final Replicas replicas;
  private final Reconciler reconciler;
  private final Semaphore wake = new Semaphore(0);
  private volatile List<ReplicaReport> known = List.of();
  private volatile boolean stopped;
  private Map<String, ModelReport> told = Map.of();
  private boolean troubled;

  @Inject
  SelfReport(ThisReplica self, Replicas replicas, Reconciler reconciler) {
    this.self = self;
    this.replicas = replicas;
    this.reconciler = reconciler;
  }

  void start(@Observes StartupEvent event) {
    reconciler.onChange(wake::release);
    Thread.ofPlatform().daemon().name("slipway-report").start(this::run);
  }

  /// The other replicas that were live a moment ago.
  List<ReplicaReport> others() {
    return others(known);
  }

  /// Those of `all` that are live, without this one.
  List<ReplicaReport> others(List<ReplicaReport> all) {
    return all.stream()
        .filter(replica -> replica.live() && !replica.id().equals(self.id()))
        .toList();
  }

  private void run() {
    try {
      while (!stopped) {
        tell();
        if (wake.tryAcquire(Replicas.EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void tell() {
    if (stopped) {
      return;
    }
    try {
      Map<String, ModelReport> now = reconciler.report();
      known =
          replicas.report(
              self.id(),
              self.name(),
              self.version(),
              self.startedAt(),
              now,
              !now.equals(told) || known.isEmpty());
      told = now;
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.warnf("the other replicas can't be told how this one stands: %s", e.getMessage());
      }
      troubled = true;
    }
  }

  synchronized void stop(@Observes ShutdownEvent event) {
    stopped = true;
    wake.release();
    try {
      replicas.leave(self.id());
    } catch (RuntimeException e) {
      LOG.debugf("the others learn from this replica's silence that it has gone: %s", e);
    }
  }
}
