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

/// Reports to the registry what this replica serves: at every change, and every few seconds as a
/// heartbeat. Runs on its own thread. While the database is down nothing is reported, and the
/// others consider this replica dead.
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

  /// The other replicas that were live at the last report.
  List<ReplicaReport> others() {
    return others(known);
  }

  /// The live replicas in `all`, without this one.
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
        LOG.warnf("this replica cannot report its state to the registry: %s", e.getMessage());
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
      LOG.debugf("could not deregister; the others will notice by the missing heartbeat: %s", e);
    }
  }
}
