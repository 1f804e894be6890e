package io.slipway.ops.webhook;

import io.slipway.registry.AuditEntry;
import io.slipway.registry.Registry;
import io.slipway.registry.RegistryEvent;
import io.slipway.registry.WebhookPositions;
import io.slipway.registry.WebhookPositions.Claim;
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

/// Tells one target of what it wants to know, on a thread of its own: another target's troubles are
/// not its, and its are nobody's. The history is the outbox; the position in it is durable, so each
/// event is told at least once, in the order of the history, whatever ends and starts meanwhile.
///
/// One replica at a time holds the claim on a target. Its lease outlives every try: nothing is sent
/// that could still be on when the lease is over.
final class Delivery {
  private static final Logger LOG = Logger.getLogger(Delivery.class);

  /// How often it is looked, beside what wakes: for a claim that another replica has left behind.
  static final Duration EVERY = Duration.ofSeconds(5);

  /// What the lease has beside a try: for the database, and names that are slow to be resolved.
  private static final Duration MARGIN = Duration.ofSeconds(20);

  private final Target target;
  private final Sender sender;
  private final Registry history;
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
      Registry history,
      WebhookPositions positions,
      WebhookMetrics metrics,
      RetryPolicy retry,
      InstantSource clock,
      UUID replica) {
    this.target = target;
    this.sender = sender;
    this.history = history;
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

  /// Looks soon.
  void wake() {
    wake.release();
  }

  /// Begins nothing any more; [#awaitEnd] waits for what is on.
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
        LOG.warnf("%s is not told while the registry has troubles: %s", target, e.getMessage());
      }
      troubled = true;
      return EVERY;
    }
  }

  /// @return until something may be to be done, at most
  private Duration tell() throws InterruptedException {
    List<AuditEntry> news = history.auditAfter(positions.seq(target.name()));
    metrics.waiting(oldest(news));
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

  private @Nullable Instant oldest(List<AuditEntry> entries) {
    for (AuditEntry entry : entries) {
      RegistryEvent event = wanted(entry);
      if (event != null) {
        return event.at();
      }
    }
    return null;
  }

  /// What `entry` tells the target; null where that is nothing.
  private @Nullable RegistryEvent wanted(AuditEntry entry) {
    RegistryEvent event = RegistryEvent.of(entry);
    return event != null && target.wants(event) ? event : null;
  }

  /// One round: from where the target is to the end of the history, or to a try that fails.
  private final class Round {
    /// In the database.
    private long kept;

    /// Here; what was not for the target is written down with the next thing that was.
    private long done;

    /// Of the next event.
    private int failures;

    /// When the lease was asked for.
    private long leased;

    private int givenUp;

    Round(Claim.Taken taken, long leased) {
      this.kept = taken.seq();
      this.done = taken.seq();
      this.failures = taken.attempts();
      this.leased = leased;
    }

    Duration go() throws InterruptedException {
      try {
        for (List<AuditEntry> news = history.auditAfter(done);
            !news.isEmpty() && !stopped;
            news = history.auditAfter(done)) {
          for (AuditEntry entry : news) {
            Duration pause = stopped ? Duration.ZERO : next(entry);
            if (pause != null) {
              return pause;
            }
          }
          keep();
        }
        metrics.waiting(null);
        return EVERY;
      } catch (ClaimLost e) {
        LOG.debugf("%s is told by another replica", target);
        return EVERY;
      } finally {
        if (givenUp > 0) {
          LOG.errorf(
              "%s: given up %d of its events, up to number %d: they are older than %s",
              target, givenUp, done, retry.giveUp());
        }
      }
    }

    /// @return until something may be to be done, at most; null: go on
    private @Nullable Duration next(AuditEntry entry) throws InterruptedException, ClaimLost {
      RegistryEvent event = wanted(entry);
      if (event == null) {
        done = entry.seq();
        return null;
      }
      if (event.at().plus(retry.giveUp()).isBefore(clock.instant())) {
        metrics.givenUp();
        givenUp++;
        done = entry.seq();
        failures = 0;
        return null;
      }
      metrics.waiting(event.at());
      long latest = leased + lease.toNanos() - retry.timeout().toNanos();
      Message message = Message.of(target.name(), entry, event);
      return switch (sender.send(message, failures, latest)) {
        case DeliveryResult.Delivered _ -> delivered(entry);
        case DeliveryResult.Failed(String why) -> failed(entry, why);
      };
    }

    private @Nullable Duration delivered(AuditEntry entry) throws ClaimLost {
      metrics.delivered();
      if (failures > 0) {
        LOG.infof("%s takes events again", target);
      }
      failures = 0;
      done = entry.seq();
      keep();
      return null;
    }

    private Duration failed(AuditEntry entry, String why) throws ClaimLost {
      metrics.failed();
      if (failures == 0) {
        LOG.warnf("%s has not taken number %d, and is tried again: %s", target, entry.seq(), why);
      } else {
        LOG.debugf("%s has not taken number %d: %s", target, entry.seq(), why);
      }
      keep();
      Duration pause = retry.backoff().after(failures, ThreadLocalRandom.current().nextDouble());
      positions.putOff(target.name(), replica, kept, pause);
      return pause;
    }

    /// Writes down how far the target is, and has the lease anew.
    private void keep() throws ClaimLost {
      if (done > kept) {
        long now = System.nanoTime();
        if (!positions.advance(target.name(), replica, kept, done, lease)) {
          throw new ClaimLost();
        }
        kept = done;
        leased = now;
      }
    }
  }

  /// The lease was over, and another replica has the claim.
  private static final class ClaimLost extends Exception {
    private static final long serialVersionUID = 1;

    ClaimLost() {
      super(null, null, false, false);
    }
  }
}
