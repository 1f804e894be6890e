package io.slipway.onnx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The two places for processes that check bundles, shared fairly among publishers.
///
/// A check begins with a short first trial. One that takes longer goes on only if it gets the one
/// place for long checks; otherwise it ends, waits for that place, and begins again. So bundles
/// that never end occupy one place at most, and the first trials of others pass them by.
///
/// Rules for a free place:
/// 1. A long check that waits gets it, unless another long check is running.
/// 2. Else the publisher that was served least recently gets it, and of its models the one that was
///    served least recently.
///
/// Thread-safe. A place is granted on the thread that frees it or asks for it.
final class ProbePlaces {
  private static final int AT_ONCE = 2;

  private final long firstTrial;
  private final LongSupplier nanos;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Set<Place> taken = new HashSet<>();

  /// The number of the last grant to each publisher, and to each of its models, that has a check
  /// here now.
  private final Map<Publisher, Long> served = new HashMap<>();

  private long grants;

  /// Who publishes what.
  ///
  /// @param name of the publisher
  /// @param model that the bundle is published for; empty: all of them
  record Publisher(String name, String model) {
    Publisher withoutModel() {
      return new Publisher(name, "");
    }
  }

  private record Waiting(Publisher publisher, boolean slow, CompletableFuture<Place> granted) {}

  /// @param firstTrial the time after which a check is a long one
  /// @param nanos the clock, as [System#nanoTime]
  ProbePlaces(Duration firstTrial, LongSupplier nanos) {
    this.firstTrial = firstTrial.toNanos();
    this.nanos = nanos;
  }

  /// The right to run a process; closing it lets others run theirs.
  final class Place implements AutoCloseable {
    private final Publisher publisher;
    private final long begun = nanos.getAsLong();
    private boolean slow;

    private Place(Publisher publisher, boolean slow) {
      this.publisher = publisher;
      this.slow = slow;
    }

    /// Whether the process may go on; to be asked often. False where its first trial is over and
    /// the place for long checks belongs to another.
    boolean lasts() {
      synchronized (ProbePlaces.this) {
        if (!slow && nanos.getAsLong() - begun > firstTrial) {
          slow = slowIsFree() && waiting.stream().noneMatch(Waiting::slow);
          return slow;
        }
        return true;
      }
    }

    /// Gives the place up, and waits for the one of long checks.
    CompletableFuture<Place> again() {
      synchronized (ProbePlaces.this) {
        CompletableFuture<Place> granted = enqueue(publisher, true);
        close();
        return granted;
      }
    }

    @Override
    public void close() {
      synchronized (ProbePlaces.this) {
        taken.remove(this);
        grant();
      }
    }
  }

  /// A place for a check's first trial, as soon as it is the publisher's turn.
  synchronized CompletableFuture<Place> take(Publisher publisher) {
    CompletableFuture<Place> granted = enqueue(publisher, false);
    grant();
    return granted;
  }

  private CompletableFuture<Place> enqueue(Publisher publisher, boolean slow) {
    CompletableFuture<Place> granted = new CompletableFuture<>();
    waiting.add(new Waiting(publisher, slow, granted));
    return granted;
  }

  private void grant() {
    while (taken.size() < AT_ONCE) {
      Waiting next = next();
      if (next == null) {
        break;
      }
      waiting.remove(next);
      served.put(next.publisher.withoutModel(), ++grants);
      served.put(next.publisher, grants);
      Place place = new Place(next.publisher, next.slow);
      taken.add(place);
      next.granted.complete(place);
    }
    forget();
  }

  private @Nullable Waiting next() {
    boolean slow = slowIsFree() && waiting.stream().anyMatch(Waiting::slow);
    return waiting.stream()
        .filter(check -> check.slow == slow)
        .min(
            Comparator.comparingLong((Waiting check) -> last(check.publisher.withoutModel()))
                .thenComparingLong(check -> last(check.publisher)))
        .orElse(null);
  }

  private long last(Publisher publisher) {
    return served.getOrDefault(publisher, 0L);
  }

  private boolean slowIsFree() {
    return taken.stream().noneMatch(place -> place.slow);
  }

  /// Drops what is known of publishers that have no check here.
  private void forget() {
    Set<Publisher> here = new HashSet<>();
    taken.forEach(place -> here.add(place.publisher));
    waiting.forEach(check -> here.add(check.publisher));
    Set<Publisher> publishers = new HashSet<>(here);
    here.forEach(publisher -> publishers.add(publisher.withoutModel()));
    served.keySet().retainAll(publishers);
  }
}
