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

/// Makes and reads prediction ids. Thread-safe; [#next] and [#read] take no lock and ask nobody:
/// one volatile read of the keys and of this replica's number, which its upkeep alone replaces.
/// Before it has, and where it has none, ids are random and say nothing.
///
/// What is in an id is in [IdLayout]; why, in docs/decisions/0014-self-describing-prediction-ids.md
@Singleton
public final class PredictionIds {
  /// A new key is used for new ids when all replicas have had time to learn of it.
  static final Duration SETTLED = Duration.ofSeconds(10);

  /// How far the clock of the replica that made an id may be ahead of ours.
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

  /// The id of a prediction that was just made.
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
    // Where the clock is behind the key's birth, ids begin with the key.
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

  /// What the id that is written `text` says.
  ///
  /// @param exists whether there is a version in this row: the last thing that a forged id would
  ///     have to hit
  /// @return null where it is no id, or none that was made with a key of this registry
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

  /// The number of the key that new ids are made with; 0 where they say nothing.
  public int making() {
    IdKey key = state.making;
    return key == null ? 0 : key.number();
  }

  /// Takes keys and moments; by one thread at a time.
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

  /// One that is known keeps its ciphers.
  private static IdKey known(List<IdKey> before, PredictionIdKey key) {
    return before.stream()
        .filter(known -> known.is(key))
        .findFirst()
        .orElseGet(() -> new IdKey(key));
  }
}
