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
import org.jspecify.annotations.Nullable;

/// Reads new events from the [Outbox], whichever replica wrote them, and publishes them to
/// [RegistryEvents]. Their numbers are in the order of commits, without gaps. Whoever has read up
/// to a number has therefore missed nothing before it.
/// A notification of [Notices] only triggers a read; if one is lost, the next read follows within
/// [#EVERY].
@ApplicationScoped
class EventFeed {
  private static final Logger LOG = Logger.getLogger(EventFeed.class);

  /// The time between reads without a notification. A read without news is one index look-up.
  static final Duration EVERY = Duration.ofSeconds(2);

  /// The newest event is not known yet.
  private static final long UNKNOWN = -1;

  private final Outbox outbox;
  private final RegistryEvents events;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean stopped;
  private long seen = UNKNOWN;
  private boolean troubled;

  EventFeed(Outbox outbox, RegistryEvents events) {
    this.outbox = outbox;
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
        LOG.warnf("events can't be read; trying again: %s", e.getMessage());
      }
      troubled = true;
    }
  }

  /// The first read only finds the newest event: watchers read the current state themselves. So
  /// they do if events were removed before they were read here.
  private void read() {
    if (seen == UNKNOWN) {
      begin(outbox.newest());
      return;
    }
    if (outbox.newest() == seen) {
      return;
    }
    Set<Topic> touched = EnumSet.noneOf(Topic.class);
    try {
      for (List<RegistryEvent> news = outbox.after(seen);
          !news.isEmpty();
          news = outbox.after(seen)) {
        if (news.getFirst().sequence() > seen + 1) {
          touched.addAll(EnumSet.of(Topic.MODELS, Topic.KEYS, Topic.PREDICTION_ID_KEYS));
        }
        for (RegistryEvent event : news) {
          Topic topic = topic(event);
          if (topic != null) {
            touched.add(topic);
          }
          events.publish(event);
          seen = event.sequence();
        }
      }
    } finally {
      touched.forEach(events::wake);
    }
  }

  private void begin(long newest) {
    seen = newest;
    events.begin(newest);
    events.wake(Topic.MODELS);
    events.wake(Topic.KEYS);
    events.wake(Topic.PREDICTION_ID_KEYS);
  }

  /// What may have changed beside the model that the event names; null if nothing. An entry of the
  /// audit that names nothing may be a later release's, and have changed any model.
  private static @Nullable Topic topic(RegistryEvent event) {
    if (event.audit() == null || event.model() != null) {
      return null;
    }
    if (event.kind().startsWith("key.")) {
      return Topic.KEYS;
    }
    return event.kind().startsWith("prediction_id_key.") ? Topic.PREDICTION_ID_KEYS : Topic.MODELS;
  }
}
