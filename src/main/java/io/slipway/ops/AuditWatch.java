package io.slipway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.AuditFinding;
import io.slipway.registry.AuditVerification;
import io.slipway.registry.Registry;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks in the background for changes that were made to the database without the registry:
/// - every 5 seconds, whether the history still has the newest entry that this replica knows;
/// - every 10 minutes, whether stages, aliases, models and versions are as the history says;
/// - every hour, whether the hash chain of the whole history is intact.
@Singleton
final class AuditWatch {
  private static final Logger LOG = Logger.getLogger(AuditWatch.class);
  private static final Duration HEAD = Duration.ofSeconds(5);
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration STATE = Duration.ofMinutes(10);
  private static final Duration CHAIN = Duration.ofHours(1);

  private final Registry registry;
  private final AuditVerification verification;
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicInteger mismatches = new AtomicInteger();
  private volatile @Nullable AuditFinding lost;
  private volatile List<AuditFinding> reported = List.of();

  @Inject
  AuditWatch(Registry registry, AuditVerification verification) {
    this.registry = registry;
    this.verification = verification;
  }

  void start(@Observes StartupEvent event, Vertx vertx, MeterRegistry meters) {
    Gauge.builder("slipway.audit.chain.broken", this, watch -> watch.changed() ? 1 : 0)
        .description("1 if an entry of the history was changed or is missing")
        .register(meters);
    Gauge.builder("slipway.audit.mismatches", mismatches, AtomicInteger::get)
        .description("Stages, aliases, models and versions that are not as the history says")
        .register(meters);
    every(vertx, HEAD, HEAD, this::head);
    every(vertx, FIRST, STATE, this::state);
    every(vertx, FIRST, CHAIN, this::look);
  }

  private static void every(Vertx vertx, Duration first, Duration period, Callable<Boolean> work) {
    vertx.setPeriodic(first.toMillis(), period.toMillis(), _ -> vertx.executeBlocking(work, false));
  }

  private boolean changed() {
    return broken.get() || lost != null;
  }

  boolean look() {
    try {
      Long entry = registry.firstBrokenAuditEntry();
      broken.set(entry != null);
      if (entry != null) {
        LOG.errorf("The audit log was changed: its hash chain is broken at entry %d", entry);
      }
    } catch (RuntimeException e) {
      LOG.warnf("The audit log could not be verified: %s", e.getMessage());
    }
    return broken.get();
  }

  /// Logs a loss once.
  boolean head() {
    try {
      AuditFinding found = verification.head();
      if (found != null && lost == null) {
        LOG.errorf("The audit log was cut or replaced: %s", found.message());
      }
      lost = found;
    } catch (RuntimeException e) {
      LOG.debugf("The end of the audit log could not be verified: %s", e.getMessage());
    }
    return lost != null;
  }

  /// Logs each mismatch once.
  boolean state() {
    try {
      List<AuditFinding> found = verification.state();
      for (AuditFinding finding : found) {
        if (!reported.contains(finding)) {
          LOG.errorf(
              "The database was changed without the registry: model %s%s: %s",
              finding.model(),
              finding.target() == null ? "" : ", " + finding.target(),
              finding.message());
        }
      }
      reported = found;
      mismatches.set(found.size());
    } catch (RuntimeException e) {
      LOG.warnf("The registry could not be compared with its history: %s", e.getMessage());
    }
    return mismatches.get() > 0;
  }
}
