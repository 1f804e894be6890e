package io.slipway.serving.load;

import io.slipway.serving.VersionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The versions that could not be loaded, each with the time of its next try. The wait doubles with
/// every failure, up to a limit. Guarded by its owner.
final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);
  private static final int MOST_DOUBLINGS = 20;

  private final Duration first;
  private final Duration longest;
  private final LongSupplier nanos;
  private final VersionMap<Failure> failures = new VersionMap<>();

  /// @param due the time of the next try
  /// @param quarantined whether only an operator can change it
  private record Failure(int times, long due, String message, boolean quarantined) {}

  /// @param first the wait after the first failure
  /// @param longest the longest wait
  Failures(Duration first, Duration longest, LongSupplier nanos) {
    this.first = first;
    this.longest = longest;
    this.nanos = nanos;
  }

  void add(VersionId version, Throwable why) {
    Failure before = failures.get(version);
    int times = before == null ? 1 : before.times() + 1;
    long wait = Math.min(longest.toNanos(), first.toNanos() << Math.min(MOST_DOUBLINGS, times - 1));
    String message = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    failures.put(
        version, new Failure(times, nanos.getAsLong() + wait, message, why instanceof Quarantined));
    LOG.warnf(
        why instanceof RuntimeException ? null : why,
        "failed to load model=%s version=%d (try %d, next in %d ms): %s",
        version.model(),
        version.number(),
        times,
        Duration.ofNanos(wait).toMillis(),
        message);
  }

  /// Records that `version` was quarantined while it was served; retried like a failed load.
  void quarantine(VersionId version, String why) {
    failures.put(version, new Failure(1, nanos.getAsLong() + first.toNanos(), why, true));
  }

  void forget(VersionId version) {
    failures.remove(version);
  }

  /// Forgets the failures of `model` that are not of `versions`.
  void keepOnly(String model, Set<VersionId> versions) {
    failures.keepOnly(model, versions);
  }

  /// The versions of `model` whose next try is not due yet.
  Set<VersionId> waiting(String model) {
    return failures.of(model).entrySet().stream()
        .filter(entry -> !due(entry.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// The models with a version whose next try is due.
  Set<String> due() {
    Set<String> due = new HashSet<>();
    for (VersionId version : failures.versions()) {
      Failure failure = failures.get(version);
      if (failure != null && due(failure)) {
        due.add(version.model());
      }
    }
    return due;
  }

  private boolean due(Failure failure) {
    return failure.due() - nanos.getAsLong() <= 0;
  }

  /// The failed versions of `model` with the reasons.
  Map<Integer, String> messages(String model) {
    Map<Integer, String> messages = new HashMap<>();
    failures
        .of(model)
        .forEach((version, failure) -> messages.put(version.number(), failure.message()));
    return messages;
  }

  boolean contains(VersionId version) {
    return failures.contains(version);
  }

  /// Whether `version` is in quarantine.
  boolean quarantined(VersionId version) {
    Failure failure = failures.get(version);
    return failure != null && failure.quarantined();
  }

  /// Why `version` could not be loaded; null where it did not fail.
  @Nullable String message(VersionId version) {
    Failure failure = failures.get(version);
    return failure == null ? null : failure.message();
  }
}
