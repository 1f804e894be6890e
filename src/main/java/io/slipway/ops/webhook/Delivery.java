package io.slipway.ops.webhook;

import io.slipway.registry.Outbox;
import io.slipway.registry.RegistryEvent;
import io.slipway.registry.WebhookPositions;
import io.slipway.registry.WebhookPositions.Claim;
import io.slipway.registry.WebhookPositions.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Delivers events to one target, on its own thread, so that targets do not affect each other. The
/// position in the outbox is stored. So each event is delivered at least
/// once and in order, across restarts.
///
/// One replica at a time holds the claim on a target. Its lease outlives every try: nothing is sent
/// that could still be in progress when the lease ends.
final class Delivery {
  private static final Logger LOG = Logger.getLogger(Delivery.class);

  /// The interval of checks without a notification, for claims that another replica has left.
  static final Duration EVERY = Duration.ofSeconds(5);

  /// The reserve of the lease beyond a try: for the database, and for slow name resolution.
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private final Target target;
  private final Sender sender;
  private final Outbox outbox;
  private final WebhookPositions positions;
  private final WebhookMetrics metrics;
  private final RetryPolicy retry;
  private final InstantSource clock;
  private final UUID replica;
  private final Duration lease;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopped;
  private boolean troubled;

  Delivery(
      Target target,
      Sender sender,
      Outbox outbox,
      WebhookPositions positions,
      WebhookMetrics metrics,
      RetryPolicy retry,
      InstantSource clock,
      UUID replica) {
    this.target = target;
    this.sender = sender;
    this.outbox = outbox;
    this.positions = positions;
    this.metrics = metrics;
    this.retry = retry;
    this.clock = clock;
    this.replica = replica;
    this.lease = retry.timeout().plus(MARGIN);
    this.thread =
        Thread.ofPlatform().daemon().name("slipway-webhook-" + target.name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Requests a check soon if `event` is for the target.
  void heard(RegistryEvent event) {
    if (target.wants(event)) {
      wake();
    }
  }

  private void wake() {
    wake.release();
  }

  /// Prevents further tries; [#awaitEnd] waits for the current one.
  void stop() {
    stopped = true;
    wake();
  }

  void awaitEnd(Duration timeout) throws InterruptedException {
    if (thread.isAlive()) {
      thread.join(timeout);
    }
  }

  private void run() {
    try {
      while (!stopped) {
        Duration pause = look();
        if (wake.tryAcquire(Math.min(pause.toMillis(), EVERY.toMillis()), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration look() throws InterruptedException {
    try {
      Duration pause = tell();
      troubled = false;
      return pause;
    } catch (RuntimeException e) {
      if (!troubled && !stopped) {
        LOG.warnf("events for %s wait, as the registry fails: %s", target, e.getMessage());
      }
      troubled = true;
      return EVERY;
    }
  }

  /// @return the time until the next check at the latest
  private Duration tell() throws InterruptedException {
    Position position = positions.of(target.name());
    List<RegistryEvent> news = outbox.after(position.sequence());
    metrics.waiting(oldest(news, position));
    if (news.isEmpty()) {
      return EVERY;
    }
    long begun = System.nanoTime();
    return switch (positions.claim(target.name(), replica, lease)) {
      case Claim.Later later -> later.left();
      case Claim.Taken taken -> {
        Duration pause = new Round(taken, begun).go();
        positions.release(target.name(), replica);
        yield pause;
      }
    };
  }

  private @Nullable Instant oldest(List<RegistryEvent> events, Position done) {
    for (RegistryEvent event : events) {
      if (target.wants(event) && !done.covers(event)) {
        return event.at();
      }
    }
    return null;
  }

  /// One round: from the target's position to the newest event, or to a failed try.
  private final class Round {
    /// The position stored in the database.
    private Position kept;

    /// The position in memory; skipped entries are stored with the next delivered one.
    private Position done;

    /// The failures of the next event.
    private int failures;

    /// The time when the lease was requested.
    private long leased;

    private int givenUp;

    /// The events that were removed before they were delivered, wanted or not.
    private long removed;

    Round(Claim.Taken taken, long leased) {
      this.kept = taken.position();
      this.done = taken.position();
      this.failures = taken.attempts();
      this.leased = leased;
    }

    Duration go() throws InterruptedException {
      try {
        for (List<RegistryEvent> news = outbox.after(done.sequence());
            !news.isEmpty() && !stopped;
            news = outbox.after(done.sequence())) {
          removed += news.getFirst().sequence() - done.sequence() - 1;
          for (RegistryEvent event : news) {
            Duration pause = stopped ? Duration.ZERO : next(event);
            if (pause != null) {
              return pause;
            }
          }
          keep();
        }
        metrics.waiting(null);
        return EVERY;
      } catch (ClaimLost e) {
        LOG.debugf("another replica delivers to %s", target);
        return EVERY;
      } finally {
        if (givenUp > 0) {
          LOG.errorf(
              "%s: gave up on %d events, up to number %d: they are older than %s",
              target, givenUp, done.sequence(), retry.giveUp());
        }
        if (removed > 0) {
          LOG.errorf(
              "%s: %d events, up to number %d, were removed before it could get them; see"
                  + " slipway.registry.events and slipway.registry.events-at-most",
              target, removed, done.sequence());
        }
      }
    }

    /// @return the time until the next check at the latest; null to continue now
    private @Nullable Duration next(RegistryEvent event) throws InterruptedException, ClaimLost {
      if (!target.wants(event) || done.covers(event)) {
        done = done.after(event);
        return null;
      }
      if (event.at().plus(retry.giveUp()).isBefore(clock.instant())) {
        metrics.givenUp();
        givenUp++;
        done = done.after(event);
        failures = 0;
        return null;
      }
      metrics.waiting(event.at());
      long latest = leased + lease.toNanos() - retry.timeout().toNanos();
      Message message = Message.of(target.name(), event);
      return switch (sender.send(message, failures, latest)) {
        case DeliveryResult.Delivered _ -> delivered(event);
        case DeliveryResult.Failed(String why) -> failed(event, why);
      };
    }

    private @Nullable Duration delivered(RegistryEvent event) throws ClaimLost {
      metrics.delivered();
      if (failures > 0) {
        LOG.infof("%s accepts events again", target);
      }
      failures = 0;
      done = done.after(event);
      keep();
      return null;
    }

    private Duration failed(RegistryEvent event, String why) throws ClaimLost {
      metrics.failed();
      if (failures == 0) {
        LOG.warnf("%s did not accept event number %d, retrying: %s", target, event.sequence(), why);
      } else {
        LOG.debugf("%s did not accept event number %d: %s", target, event.sequence(), why);
      }
      keep();
      Duration pause = retry.backoff().after(failures, ThreadLocalRandom.current().nextDouble());
      positions.putOff(target.name(), replica, kept, pause);
      return pause;
    }

    /// Stores the position and renews the lease.
    private void keep() throws ClaimLost {
      if (done.sequence() > kept.sequence()) {
        long now = System.nanoTime();
        if (!positions.advance(target.name(), replica, kept, done, lease)) {
          throw new ClaimLost();
        }
        kept = done;
        leased = now;
      }
    }
  }

  /// The lease has ended, and another replica holds the claim.
  private static final class ClaimLost extends Exception {
    private static final long serialVersionUID = 1;

    ClaimLost() {
      super(null, null, false, false);
    }
  }
}
