package io.slipway.registry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/// Removes what the store no longer needs:
/// - at the start, what crashed uploads have left;
/// - every 30 seconds, what finished uploads could not delete;
/// - at the start and every hour, uploads in parts that have expired, archives that no version
///   has needed for the grace period, and keys of moves older than a week.
@ApplicationScoped
class Housekeeping {
  private static final Logger LOG = Logger.getLogger(Housekeeping.class);
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration SWEEP = Duration.ofSeconds(30);

  /// How long the `Idempotency-Key` of a move is kept.
  private static final Duration REMEMBERED = Duration.ofDays(7);

  private final BlobStore store;
  private final Uploads uploads;
  private final Archives archives;
  private final Catalogue catalogue;
  private final MoveRequests requests;
  private final InstantSource clock;
  private final Duration grace;

  @Inject
  Housekeeping(
      BlobStore store,
      Uploads uploads,
      Archives archives,
      Catalogue catalogue,
      MoveRequests requests,
      InstantSource clock,
      RegistryConfig config) {
    this(store, uploads, archives, catalogue, requests, clock, config.grace());
  }

  /// @param grace how long the archive of a deleted version is kept
  Housekeeping(
      BlobStore store,
      Uploads uploads,
      Archives archives,
      Catalogue catalogue,
      MoveRequests requests,
      InstantSource clock,
      Duration grace) {
    this.store = store;
    this.uploads = uploads;
    this.archives = archives;
    this.catalogue = catalogue;
    this.requests = requests;
    this.clock = clock;
    this.grace = grace;
  }

  void start(@Observes StartupEvent event, Vertx vertx, MeterRegistry meters) {
    int swept = store.sweep();
    if (swept > 0) {
      LOG.infof("Removed %d unfinished uploads", swept);
    }
    Gauge.builder("slipway.store.bytes", store, BlobStore::bytes)
        .description("Size of the archives in the store")
        .register(meters);
    Gauge.builder("slipway.store.free.bytes", store, BlobStore::freeBytes)
        .description("Free space on the store's disk")
        .register(meters);
    vertx.setPeriodic(SWEEP.toMillis(), timer -> vertx.executeBlocking(store::sweepLeft, false));
    vertx.setPeriodic(
        1, INTERVAL.toMillis(), timer -> vertx.executeBlocking(this::collectQuietly, false));
  }

  /// The archives that no version needs.
  List<Garbage> garbage() {
    Instant now = clock.instant();
    Instant horizon = now.minus(grace);
    return archives.list().stream()
        .filter(stored -> !catalogue.needs(stored.blob(), now))
        .map(stored -> new Garbage(stored.blob(), stored.size(), due(stored, horizon)))
        .toList();
  }

  /// Removes the archives that are due.
  ///
  /// @return the removed archives
  List<Garbage> collect() {
    Instant horizon = clock.instant().minus(grace);
    List<Garbage> gone =
        archives.list().stream()
            .filter(stored -> due(stored, horizon) && archives.delete(stored.blob(), horizon))
            .map(stored -> new Garbage(stored.blob(), stored.size(), true))
            .toList();
    store.count();
    return gone;
  }

  private boolean due(BlobStore.Stored stored, Instant horizon) {
    return stored.modified().isBefore(horizon) && !catalogue.needs(stored.blob(), horizon);
  }

  private int collectQuietly() {
    try {
      int expired = uploads.expire();
      if (expired > 0) {
        LOG.infof("Removed %d expired uploads", expired);
      }
      Transactions.run(() -> requests.forget(clock.instant().minus(REMEMBERED)));
      int collected = collect().size();
      if (collected > 0) {
        LOG.infof("Removed %d archives that nothing refers to", collected);
      }
      return collected;
    } catch (RuntimeException e) {
      LOG.warnf(e, "Housekeeping of the store failed; the next attempt is in %s", INTERVAL);
      return 0;
    }
  }
}
