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

/// Goes through the whole history every hour, beside the service, and tells where its chain of
/// hashes is broken: somebody has changed it behind the registry's back.
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
        .description("1 where an entry of the history is not what was written")
        .register(meters);
    vertx.setPeriodic(
        FIRST.toMillis(), EVERY.toMillis(), _ -> vertx.executeBlocking(this::look, false));
  }

  boolean look() {
    try {
      Long entry = registry.firstBrokenAuditEntry();
      broken.set(entry != null);
      if (entry != null) {
        LOG.errorf("The history was changed: its chain is broken at entry %d", entry);
      }
    } catch (RuntimeException e) {
      LOG.warnf("The history could not be verified: %s", e.getMessage());
    }
    return broken.get();
  }
}
