package io.slipway.registry;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.RegistryEvents.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Reads new entries of the history, whichever replica wrote them, and publishes them to
/// [RegistryEvents]. The history serves as the outbox: it has every change in the order of
/// commits, without gaps. Whoever has read up to a number has therefore missed nothing before it.
/// A notification of [Notices] only triggers a read; if one is lost, the next read follows within
/// [#EVERY].
@ApplicationScoped
class HistoryFeed {
  private static final Logger LOG = Logger.getLogger(HistoryFeed.class);

  /// The time between reads without a notification. A read without news is one index look-up.
  static final Duration EVERY = Duration.ofSeconds(2);

  /// The end of the history is not known yet.
  private static final long UNKNOWN = -1;

  private final AuditLog audit;
  private final RegistryEvents events;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean stopped;
  private long seen = UNKNOWN;
  private boolean troubled;

  HistoryFeed(AuditLog audit, RegistryEvents events) {
    this.audit = audit;
    this.events = events;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().daemon().name("slipway-feed").start(this::follow);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    wake();
  }

  /// Triggers a read.
  void wake() {
    wake.release();
  }

  private void follow() {
    try {
      while (!stopped) {
        look();
        if (wake.tryAcquire(EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      read();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled && !stopped) {
        LOG.warnf("the history can't be read; trying again: %s", e.getMessage());
      }
      troubled = true;
    }
  }

  /// The first read only finds the end of the history: watchers read the current state
  /// themselves.
  private void read() {
    if (seen == UNKNOWN) {
      seen = audit.newest();
      events.wake(Topic.MODELS);
      events.wake(Topic.KEYS);
      events.wake(Topic.PREDICTION_ID_KEYS);
      return;
    }
    if (audit.newest() == seen) {
      return;
    }
    Set<Topic> touched = EnumSet.noneOf(Topic.class);
    try {
      for (List<AuditEntry> news = audit.after(seen); !news.isEmpty(); news = audit.after(seen)) {
        for (AuditEntry entry : news) {
          touched.add(topic(entry.action()));
          RegistryEvent event = RegistryEvent.of(entry);
          if (event != null) {
            events.publish(event);
          }
          seen = entry.seq();
        }
      }
    } finally {
      touched.forEach(events::wake);
    }
  }

  private static Topic topic(String action) {
    if (action.startsWith("key.")) {
      return Topic.KEYS;
    }
    return action.startsWith("prediction_id_key.") ? Topic.PREDICTION_ID_KEYS : Topic.MODELS;
  }
}
