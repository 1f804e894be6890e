package io.slipway.serving.id;

import io.slipway.pipeline.Prediction;
import io.slipway.registry.PredictionIdKey;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Creates and decodes prediction ids. Thread-safe; [#next] and [#read] take no lock and need no
/// database: they read keys and replica number from one volatile field, which only the upkeep
/// replaces. While there is no key or number, ids are random and carry no content.
///
/// The content of an id is described in [IdLayout], the reasons in
/// docs/decisions/0014-self-describing-prediction-ids.md.
@Singleton
public final class PredictionIds {
  /// The age at which a new key is used, so that all replicas have learned of it.
  static final Duration SETTLED = Duration.ofSeconds(10);

  /// The tolerated clock difference to the replica that made an id.
  static final Duration AHEAD = Duration.ofDays(1);

  private final InstantSource clock;
  private volatile State state = new State(List.of(), null, null);

  /// @param all keys, the newest first
  /// @param making the key of new ids
  /// @param track the moments of new ids
  private record State(List<IdKey> all, @Nullable IdKey making, IdCounter.@Nullable Track track) {}

  @Inject
  public PredictionIds(InstantSource clock) {
    this.clock = clock;
  }

  /// A new id for a prediction.
  ///
  /// @param version that made it
  public PredictionId next(VersionStamp version, Prediction prediction) {
    State now = state;
    IdKey key = now.making;
    IdCounter.Track track = now.track;
    if (key == null || track == null) {
      return PredictionId.random();
    }
    long high = IdLayout.high(DecisionBits.of(prediction, version.labels()), version.row());
    // Where the clock is behind the key's creation, that time is used.
    long millis = Math.max(clock.millis(), key.born());
    PredictionId id;
    do {
      long moment = track.next(millis) - (key.born() << IdLayout.COUNT);
      if (moment >>> IdLayout.COUNT >= IdLayout.END) {
        return PredictionId.random();
      }
      id = key.encrypt(high, IdLayout.low(version.row(), track.number(), moment));
    } while (id.dashed());
    return id;
  }

  /// Decodes the id written as `text`.
  ///
  /// @param exists whether the registry has a version in this row: the last check against forged
  ///     ids
  /// @return null where it is not an id, or not made with a key of this registry
  public @Nullable IdContent read(String text, LongPredicate exists) {
    PredictionId id = PredictionId.parse(text);
    if (id == null) {
      return null;
    }
    long latest = clock.millis() + AHEAD.toMillis();
    for (IdKey key : state.all) {
      IdContent content = key.decrypt(id);
      if (content != null
          && content.millis() <= latest
          && (content.version() == 0 || exists.test(content.version()))) {
        return content;
      }
    }
    return null;
  }

  /// The number of the key used for new ids; 0 where there is none.
  public int making() {
    IdKey key = state.making;
    return key == null ? 0 : key.number();
  }

  /// Replaces keys and moments; by one thread at a time.
  ///
  /// @param all the newest first
  /// @param track null where this replica has no number
  public void use(List<PredictionIdKey> all, IdCounter.@Nullable Track track) {
    List<IdKey> before = state.all;
    List<IdKey> now = all.stream().map(key -> known(before, key)).toList();
    long settled = clock.millis() - SETTLED.toMillis();
    IdKey making =
        track == null || now.isEmpty()
            ? null
            : now.stream().filter(key -> key.born() <= settled).findFirst().orElseGet(now::getLast);
    state = new State(now, making, track);
  }

  /// The entry of a key that is already in use, which keeps its ciphers; otherwise a new one.
  private static IdKey known(List<IdKey> before, PredictionIdKey key) {
    return before.stream()
        .filter(known -> known.is(key))
        .findFirst()
        .orElseGet(() -> new IdKey(key));
  }
}
