package io.slipway.serving.replica;

import io.slipway.registry.ModelReport;
import io.slipway.registry.Refusal;
import io.slipway.registry.RegistryEvents;
import io.slipway.registry.ReplicaReport;
import io.slipway.registry.Replicas;
import io.slipway.registry.StageMoved;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits until the other replicas serve a move. The move is committed and cannot fail any more; a
/// replica may still be unable to load the version, or be dead without having deregistered.
@Singleton
public final class Followers {
  /// The interval between checks without notification.
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final SelfReport self;
  private final Replicas replicas;
  private final RegistryEvents events;

  @Inject
  Followers(SelfReport self, Replicas replicas, RegistryEvents events) {
    this.self = self;
    this.replicas = replicas;
    this.events = events;
  }

  /// Which replicas serve a move.
  ///
  /// @param live the number of live replicas, this one included
  /// @param behind those of them that do not serve it yet
  public record Following(int live, List<Behind> behind) {
    public Following {
      behind = List.copyOf(behind);
    }
  }

  /// A replica that does not serve the move yet.
  ///
  /// @param revision of the model that it serves; [ModelReport#NONE] for none
  /// @param reason why not, as far as it has reported
  public record Behind(String id, String name, long revision, String reason) {}

  /// Waits until every live replica serves the move or has reported that it cannot, or for
  /// `timeout`. Queries the database only where there are other replicas.
  public Following await(StageMoved move, Duration timeout) {
    List<ReplicaReport> known = self.others();
    if (known.isEmpty()) {
      return new Following(1, List.of());
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    Semaphore news = new Semaphore(0);
    try (RegistryEvents.Subscription _ =
        events.watch(RegistryEvents.Topic.REPLICAS, news::release)) {
      while (true) {
        List<ReplicaReport> others = self.others(replicas.all());
        List<ReplicaReport> behind =
            others.stream().filter(r -> r.revision(move.model()) < move.revision()).toList();
        long left = deadline - System.nanoTime();
        if (left <= 0 || behind.stream().allMatch(replica -> failure(replica, move) != null)) {
          return new Following(1 + others.size(), told(behind, move));
        }
        if (news.tryAcquire(Math.min(left, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS)) {
          news.drainPermits();
        }
      }
    } catch (Refusal.Unavailable e) {
      return new Following(1 + known.size(), told(known, move));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Following(1 + known.size(), told(known, move));
    }
  }

  private static List<Behind> told(List<ReplicaReport> behind, StageMoved move) {
    return behind.stream()
        .map(
            replica -> {
              String failure = failure(replica, move);
              return new Behind(
                  replica.id().toString(),
                  replica.name(),
                  replica.revision(move.model()),
                  failure == null
                      ? "has not reported yet"
                      : "could not load version " + move.version() + ": " + failure);
            })
        .toList();
  }

  /// Why `replica` cannot serve the move; null where it may still do so.
  private static @Nullable String failure(ReplicaReport replica, StageMoved move) {
    ModelReport report = replica.models().get(move.model());
    return report == null ? null : report.failed().get(move.version());
  }
}
