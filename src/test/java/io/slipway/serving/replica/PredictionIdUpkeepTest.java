package io.slipway.serving.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.pipeline.Prediction;
import io.slipway.registry.Caller;
import io.slipway.registry.HandCheckedProfile;
import io.slipway.registry.PredictionIdKeys;
import io.slipway.registry.PredictionIdNumbers;
import io.slipway.serving.id.IdContent;
import io.slipway.serving.id.PredictionId;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.id.VersionStamp;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that start, stop, and do without the database, on the registry's own tables.
@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class PredictionIdUpkeepTest {
  private static final VersionStamp VERSION = new VersionStamp(12, List.of());
  private static final Prediction PREDICTION = new Prediction.Scored("price", 1.5, null);

  @Inject PredictionIdKeys keys;
  @Inject PredictionIdNumbers numbers;
  @Inject InstantSource system;

  private Path temp;
  private Instant now;

  @BeforeEach
  void begin(@TempDir Path folder) {
    temp = folder;
    now = system.instant().plus(Duration.ofMinutes(1));
  }

  /// One start of a replica.
  private final class Start {
    final PredictionIds ids = new PredictionIds(() -> now);
    final PredictionIdUpkeep upkeep;

    Start(String folder) throws Exception {
      Path data = Files.createDirectories(temp.resolve(folder));
      ReplicaConfig config =
          new ReplicaConfig() {
            @Override
            public Optional<String> name() {
              return Optional.of(folder);
            }

            @Override
            public Duration followTimeout() {
              return Duration.ofSeconds(1);
            }
          };
      upkeep =
          new PredictionIdUpkeep(
              ids, keys, numbers, new ThisReplica(config, system, "test", data), () -> now, data);
    }

    Start withDatabase() {
      upkeep.refresh();
      return this;
    }

    Start withoutDatabase() {
      upkeep.recall();
      return this;
    }

    PredictionId next() {
      return ids.next(VERSION, PREDICTION);
    }

    IdContent read(PredictionId id) {
      return ids.read(id.toString(), row -> row == 12);
    }
  }

  @Test
  void whatOneReplicaHasMadeEveryOtherReads() throws Exception {
    Start one = new Start("one").withDatabase();
    Start two = new Start("two").withDatabase();
    IdContent ofOne = two.read(one.next());
    IdContent ofTwo = one.read(two.next());
    assertThat(ofOne.replica()).isNotEqualTo(ofTwo.replica());
    assertThat(numbers.holder(ofOne.replica()).name()).isEqualTo("one");
    one.upkeep.refresh();
    assertThat(two.read(one.next()).replica()).as("keeps its number").isEqualTo(ofOne.replica());
  }

  @Test
  void aStartWithoutTheDatabaseGoesOnWithWhatTheFolderHas() throws Exception {
    Start before = new Start("folder").withDatabase();
    Set<PredictionId> made = new HashSet<>();
    int count = 0;
    for (int start = 0; start < 5; start++) {
      Start without = start == 0 ? before : new Start("folder").withoutDatabase();
      assertThat(without.ids.making()).isEqualTo(before.ids.making());
      for (int i = 0; i < 100; i++, count++) {
        PredictionId id = without.next();
        made.add(id);
        assertThat(before.read(id)).isNotNull();
      }
    }
    assertThat(made).hasSize(count);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(
                    temp.resolve("folder").resolve("prediction-id-keys.json"))))
        .isEqualTo("rw-------");
    Start again = new Start("folder").withDatabase();
    assertThat(again.read(again.next()).replica())
        .as("with the database each start has a number of its own")
        .isNotEqualTo(before.read(before.next()).replica());
  }

  @Test
  void aFirstStartWithoutTheDatabaseMakesIdsThatSayNothing() throws Exception {
    Start fresh = new Start("fresh").withoutDatabase();
    assertThat(fresh.ids.making()).isZero();
    PredictionId id = fresh.next();
    fresh.withDatabase();
    assertThat(fresh.read(id)).isNull();
    assertThat(fresh.read(fresh.next())).isNotNull();
  }

  @Test
  void aNewKeyComesToEveryReplicaAndOldIdsAreRead() throws Exception {
    Start one = new Start("a").withDatabase();
    Start two = new Start("b").withDatabase();
    PredictionId old = one.next();
    int made = keys.rotate(null, Caller.SYSTEM).getFirst().number();
    now = system.instant().plus(Duration.ofMinutes(2));
    one.upkeep.refresh();
    assertThat(one.ids.making()).isEqualTo(made);
    assertThat(two.read(one.next())).as("has not heard of it").isNull();
    two.upkeep.refresh();
    assertThat(two.read(one.next())).isNotNull();
    assertThat(two.read(old)).isNotNull();
    assertThat(new Start("a").withoutDatabase().read(old)).as("kept in the folder").isNotNull();
  }

  @Test
  void aClockThatWasFarAheadDoesNotStayInTheIds() throws Exception {
    Start start = new Start("ahead").withDatabase();
    now = now.plus(Duration.ofDays(30));
    assertThat(start.read(start.next()).millis()).isEqualTo(now.toEpochMilli());
    now = now.minus(Duration.ofDays(30));
    start.upkeep.refresh();
    assertThat(start.read(start.next()).millis()).isEqualTo(now.toEpochMilli());
  }
}
