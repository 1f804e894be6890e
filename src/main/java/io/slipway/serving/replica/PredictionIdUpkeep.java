package io.slipway.serving.replica;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.registry.KeptFile;
import io.slipway.registry.PredictionIdKey;
import io.slipway.registry.PredictionIdKeys;
import io.slipway.registry.PredictionIdNumbers;
import io.slipway.registry.Refusal;
import io.slipway.registry.RegistryEvents;
import io.slipway.serving.id.IdCounter;
import io.slipway.serving.id.PredictionIds;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps the keys and the replica number of [PredictionIds] up to date: before anything is served,
/// when any replica creates a key, and every few seconds; on its own thread. While the database is
/// down the last values stay in use. A start without it uses those of the data folder: the keys in
/// `prediction-id-keys.json`, the number and its moments in `prediction-ids`.
@Singleton
public final class PredictionIdUpkeep {
  private static final Logger LOG = Logger.getLogger(PredictionIdUpkeep.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  /// How far moments may be ahead of the clock, which may have been set back, before the replica
  /// takes a new number, whose moments start at the clock.
  private static final Duration ASTRAY = Duration.ofMinutes(5);

  private final PredictionIds ids;
  private final PredictionIdKeys keys;
  private final PredictionIdNumbers numbers;
  private final ThisReplica self;
  private final InstantSource clock;
  private final KeptFile<List<PredictionIdKey>> kept;
  private final IdCounter counter;
  private final Semaphore wake = new Semaphore(0);
  private IdCounter.@Nullable Track track;

  /// Whether the number was assigned to this very start.
  private boolean own;

  private boolean troubled;
  private volatile boolean stopped;

  @Inject
  PredictionIdUpkeep(
      PredictionIds ids,
      PredictionIdKeys keys,
      PredictionIdNumbers numbers,
      ThisReplica self,
      InstantSource clock,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.ids = ids;
    this.keys = keys;
    this.numbers = numbers;
    this.self = self;
    this.clock = clock;
    this.kept = new KeptFile<>(data.resolve("prediction-id-keys.json"), new TypeReference<>() {});
    this.counter = new IdCounter(data.resolve("prediction-ids"), IdCounter.machine());
    this.track = counter.last();
  }

  void start(@Observes @Priority(1) StartupEvent event, RegistryEvents events) {
    try {
      refresh();
    } catch (Refusal.Unavailable e) {
      troubled = true;
      recall();
      LOG.warn(
          ids.making() == 0
              ? "the keys of prediction ids cannot be read, and none are saved: until"
                  + " the database is reachable, ids carry no information about their predictions"
              : "the keys of prediction ids cannot be read; the saved ones are used");
    }
    events.watch(RegistryEvents.Topic.PREDICTION_ID_KEYS, wake::release);
    Thread.ofPlatform().daemon().name("slipway-prediction-ids").start(this::run);
  }

  void stop(@Observes ShutdownEvent event) {
    stopped = true;
    wake.release();
  }

  private void run() {
    try {
      while (true) {
        if (wake.tryAcquire(EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
          wake.drainPermits();
        }
        if (stopped) {
          return;
        }
        refreshOrKeep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refreshOrKeep() {
    try {
      refresh();
      if (troubled) {
        LOG.info("the keys of prediction ids can be read again");
      }
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled && !stopped) {
        LOG.warnf(
            "the keys of prediction ids cannot be read; the known ones are used: %s",
            e.getMessage());
      }
      troubled = true;
    }
  }

  /// Reads the keys again. Takes a number where this start has none yet; otherwise confirms that
  /// the number is in use. Blocks on the database and the disk.
  ///
  /// @throws Refusal.Unavailable where the database does not answer
  public synchronized void refresh() {
    counter.sync();
    List<PredictionIdKey> all = keys.all();
    IdCounter.Track now = track;
    if (now == null || !own || astray(now) || !numbers.seen(now.number(), self.id())) {
      now = counter.begin(numbers.take(self.id(), self.name()), clock.millis());
      track = now;
      own = true;
    }
    ids.use(all, now);
    kept.keep(all);
  }

  private boolean astray(IdCounter.Track now) {
    return now.millis() - clock.millis() > ASTRAY.toMillis();
  }

  /// Restores the keys and the number saved last.
  synchronized void recall() {
    List<PredictionIdKey> last = kept.read();
    if (last != null) {
      ids.use(last, track);
    }
  }
}
