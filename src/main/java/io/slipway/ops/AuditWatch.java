package io.slipway.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.Registry;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/// Verifies the hash chain of the whole audit log every hour, in the background, and reports where
/// it is broken: there the log was changed without the registry.
@Singleton
final class AuditWatch {
  private static final Logger LOG = Logger.getLogger(AuditWatch.class);
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration EVERY = Duration.ofHours(1);

  private final Registry registry;
  private final AtomicBoolean broken = new AtomicBoolean();

  @Inject
  AuditWatch(Registry registry) {
    this.registry = registry;
  }

  void start(@Observes StartupEvent event, Vertx vertx, MeterRegistry meters) {
    Gauge.builder("slipway.audit.chain.broken", broken, b -> b.get() ? 1 : 0)
        .description("1 if an entry of the history was changed or is missing")
        .register(meters);
    vertx.setPeriodic(
        FIRST.toMillis(), EVERY.toMillis(), _ -> vertx.executeBlocking(this::look, false));
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
}
