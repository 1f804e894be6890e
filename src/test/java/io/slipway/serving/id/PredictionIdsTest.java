package io.slipway.serving.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.pipeline.Prediction;
import io.slipway.registry.PredictionIdKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionIdsTest {
  private static final Instant BORN = Instant.parse("2026-06-01T00:00:00Z");
  private static final List<String> LABELS = List.of("stay", "churn");
  private static final VersionStamp VERSION = new VersionStamp(4_711, LABELS);
  private static final Prediction PREDICTION =
      new Prediction.Classified(LABELS, new double[] {0.75, 0.25}, 0, null);

  private final long seed = Seed.of("prediction ids");
  private final Random random = new Random(seed);

  @TempDir private Path temp;
  private Instant now = BORN.plus(Duration.ofDays(100));
  private IdCounter counter;
  private PredictionIds ids;

  @BeforeEach
  void begin() {
    counter = new IdCounter(temp.resolve("prediction-ids"), 1);
    ids = with(17, key(1, BORN));
  }

  private PredictionIdKey key(int number, Instant born) {
    byte[] secret = new byte[16];
    new Random(seed + number).nextBytes(secret);
    return new PredictionIdKey(number, Base64.getEncoder().encodeToString(secret), born, "test");
  }

  /// @param keys the newest first
  private PredictionIds with(int replica, PredictionIdKey... keys) {
    PredictionIds made = new PredictionIds(() -> now);
    made.use(List.of(keys), counter.begin(replica, now.toEpochMilli()));
    return made;
  }

  private IdContent read(String id) {
    return ids.read(id, _ -> true);
  }

  @Test
  void anIdSaysWhatWasDecidedWhenWhereAndByWhichVersion() {
    String id = ids.next(VERSION, PREDICTION).toString();
    IdContent content = read(id);
    assertThat(content.millis()).isEqualTo(now.toEpochMilli());
    assertThat(content.version()).isEqualTo(4_711);
    assertThat(content.replica()).isEqualTo(17);
    assertThat(content.decision()).isInstanceOf(Decision.Label.class);
    assertThat(read(ids.next(VERSION, PREDICTION).toString()).count())
        .isGreaterThan(content.count());
  }

  /// Every field, over the whole of its range.
  @Test
  void everythingWithinItsRangeIsReadBack() {
    for (int i = 0; i < 20_000; i++) {
      long moment = random.nextLong(IdLayout.END << IdLayout.COUNT);
      long version = i % 3 == 0 ? IdLayout.LARGEST_VERSION - i : random.nextLong(1 << 24);
      int replica = 1 + random.nextInt(16_383);
      int decision = random.nextInt(1 << DecisionBits.SIZE);
      long high = IdLayout.high(decision, version);
      long low = IdLayout.low(version, replica, moment);
      Decision expected = DecisionBits.read(decision);
      IdContent read = IdLayout.read(high, low, 5);
      if (expected == null) {
        assertThat(read).isNull();
      } else {
        assertThat(read)
            .as("seed %d", seed)
            .isEqualTo(
                new IdContent(
                    5 + (moment >>> IdLayout.COUNT),
                    version,
                    replica,
                    (int) (moment & (1 << IdLayout.COUNT) - 1),
                    expected));
      }
    }
    assertThat(IdLayout.read(IdLayout.high(0, 1), IdLayout.low(1, 0, 0), 0))
        .as("the replica 0 is none")
        .isNull();
  }

  @Test
  void aVersionBeyondTheRangeIsNotKnown() {
    for (long row : new long[] {0, 1L << 24, Long.MAX_VALUE, -1}) {
      String id = ids.next(new VersionStamp(row, LABELS), PREDICTION).toString();
      assertThat(ids.read(id, _ -> false)).isNotNull();
      assertThat(read(id).version()).isZero();
    }
  }

  /// Of 2^18 ids that are made up one passes the check; of 2^20, 4 are to be
  /// expected, and more than 20 come once in 10^8 runs of this test.
  @Test
  void anIdThatIsMadeUpIsToldApartButForOneIn262144() {
    int passed = 0;
    for (int i = 0; i < 1 << 20; i++) {
      PredictionId forged = new PredictionId(random.nextLong(), random.nextLong());
      passed += ids.read(forged.toString(), _ -> true) == null ? 0 : 1;
    }
    assertThat(passed).as("seed %d", seed).isLessThanOrEqualTo(20);
    for (int i = 0; i < 100_000; i++) {
      PredictionId forged = new PredictionId(random.nextLong(), random.nextLong());
      IdContent content = ids.read(forged.toString(), row -> row == 4_711);
      assertThat(content == null || content.version() == 0).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void anIdThatWasChangedCutOrMadeElsewhereIsNone() {
    PredictionId id = ids.next(VERSION, PREDICTION);
    int passed = 0;
    for (int bit = 0; bit < 64; bit++) {
      for (PredictionId changed :
          List.of(
              new PredictionId(id.high() ^ 1L << bit, id.low()),
              new PredictionId(id.high(), id.low() ^ 1L << bit))) {
        passed += ids.read(changed.toString(), row -> row == 4_711) == null ? 0 : 1;
      }
    }
    assertThat(passed).as("seed %d", seed).isZero();
    assertThat(read(id.toString().substring(1))).isNull();
    assertThat(read(id + "A")).isNull();
    assertThat(read("")).isNull();
    PredictionIds elsewhere = with(17, key(99, BORN));
    assertThat(elsewhere.read(id.toString(), row -> row == 4_711)).isNull();
    assertThat(ids.read(id.toString(), _ -> false)).as("its version is not there").isNull();
  }

  @Test
  void anIdFromTheFutureIsNone() {
    String id = ids.next(VERSION, PREDICTION).toString();
    now = now.minus(Duration.ofHours(23));
    assertThat(read(id)).as("clocks differ").isNotNull();
    now = now.minus(Duration.ofHours(2));
    assertThat(read(id)).isNull();
  }

  @Test
  void idsOfOlderKeysAreReadAndANewOneIsUsedWhenItHasSettled() {
    IdCounter.Track track = counter.begin(5, now.toEpochMilli());
    PredictionIdKey first = key(1, BORN);
    ids.use(List.of(first), track);
    String old = ids.next(VERSION, PREDICTION).toString();
    PredictionIdKey second = key(2, now);
    ids.use(List.of(second, first), track);
    assertThat(ids.making()).as("others have not heard of it yet").isEqualTo(1);
    now = now.plus(PredictionIds.SETTLED);
    ids.use(List.of(second, first), track);
    assertThat(ids.making()).isEqualTo(2);
    String fresh = ids.next(VERSION, PREDICTION).toString();
    for (String id : List.of(old, fresh)) {
      IdContent content = ids.read(id, row -> row == 4_711);
      assertThat(content).isNotNull();
      assertThat(content.replica()).isEqualTo(5);
    }
    assertThat(read(fresh).millis()).isEqualTo(now.toEpochMilli());
    PredictionIds late = new PredictionIds(() -> now);
    late.use(List.of(first), null);
    assertThat(late.read(fresh, row -> row == 4_711)).as("does not know the new one").isNull();
    assertThat(late.read(old, row -> row == 4_711)).isNotNull();
  }

  @Test
  void aReplicaWithoutAKeyOrANumberMakesIdsThatSayNothing() {
    PredictionIds without = new PredictionIds(() -> now);
    assertThat(without.making()).isZero();
    Set<PredictionId> made = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      made.add(without.next(VERSION, PREDICTION));
    }
    assertThat(made).hasSize(1_000);
    without.use(List.of(key(1, BORN)), null);
    assertThat(without.making()).isZero();
    assertThat(without.next(VERSION, PREDICTION).toString()).hasSize(PredictionId.LENGTH);
    assertThat(ids.read(without.next(VERSION, PREDICTION).toString(), row -> row == 4_711))
        .isNull();
  }

  @Test
  void aClockBehindTheKeyBeginsWithTheKeyAndOneBeyondItsTimeSaysNothing() {
    now = BORN.minus(Duration.ofDays(3));
    PredictionIds behind = with(18, key(1, BORN));
    String early = behind.next(VERSION, PREDICTION).toString();
    now = BORN.plus(Duration.ofDays(1));
    assertThat(read(early).millis()).isEqualTo(BORN.toEpochMilli());
    now = BORN.plusMillis(IdLayout.END - 1);
    assertThat(read(ids.next(VERSION, PREDICTION).toString()).millis())
        .isEqualTo(now.toEpochMilli());
    now = BORN.plusMillis(IdLayout.END);
    assertThat(ids.read(ids.next(VERSION, PREDICTION).toString(), row -> row == 4_711)).isNull();
  }

  @Test
  void noIdBeginsWithADash() {
    PredictionIds without = new PredictionIds(() -> now);
    for (int i = 0; i < 5_000; i++) {
      assertThat(ids.next(VERSION, PREDICTION).toString()).doesNotStartWith("-");
      assertThat(without.next(VERSION, PREDICTION).toString()).doesNotStartWith("-");
    }
  }

  /// Three replicas, each killed and started again at any moment with a clock that jumps, with the
  /// number that it had or a new one; four threads each.
  @Test
  void noIdIsMadeTwiceByWhateverReplicaAfterWhateverRestart() throws Exception {
    PredictionIdKey key = key(1, BORN);
    Set<PredictionId> all = new HashSet<>();
    int made = 0;
    int number = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int start = 0; start < 60; start++) {
        now = BORN.plus(Duration.ofDays(10)).plusMillis(random.nextInt(2_000));
        IdCounter file = new IdCounter(temp.resolve("replica-" + start % 3), 1);
        IdCounter.Track last = file.last();
        PredictionIds replica = new PredictionIds(() -> now);
        replica.use(
            List.of(key),
            last == null || random.nextInt(3) == 0
                ? file.begin(++number, now.toEpochMilli())
                : Objects.requireNonNull(last));
        List<Callable<List<PredictionId>>> making = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          making.add(
              () -> {
                List<PredictionId> mine = new ArrayList<>();
                for (int j = 0; j < 1_500; j++) {
                  mine.add(replica.next(VERSION, PREDICTION));
                }
                return mine;
              });
        }
        for (Future<List<PredictionId>> mine : threads.invokeAll(making)) {
          made += mine.get().size();
          all.addAll(mine.get());
        }
      }
    }
    assertThat(all).as("seed %d", seed).hasSize(made);
  }
}
