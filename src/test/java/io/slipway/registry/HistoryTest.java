package io.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.slipway.Seed;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HandCheckedProfile.class)
class HistoryTest {
  private static final Caller ANNA = new Caller("anna", null);
  private static final int MOVES = 60;
  private static final int VERSIONS = 5;

  @Inject Registry registry;
  @Inject DataSource database;
  @Inject BlobStore store;
  @Inject Catalogue catalogue;
  @Inject MoveRequests requests;
  @Inject Uploads uploads;

  @Test
  void theChainIsWholeAndShowsWhatWasTamperedWith() throws SQLException {
    register("chained", 1);
    register("chained", 2);
    registry.promote(
        new Promotion("chained", "staging", 1, "why \"not\" é", null, ANNA), version -> {});
    assertThat(registry.firstBrokenAuditEntry()).isNull();

    AuditEntry entry = registry.audit(null, 2).items().getLast();
    execute("alter table audit_entry disable trigger all");
    try {
      execute("update audit_entry set actor = 'eve' where seq = " + entry.seq());
      assertThat(registry.firstBrokenAuditEntry()).isEqualTo(entry.seq());
      execute("update audit_entry set actor = 'anna' where seq = " + entry.seq());
      assertThat(registry.firstBrokenAuditEntry()).isNull();
    } finally {
      execute("alter table audit_entry enable trigger all");
    }
  }

  @Test
  void theDatabaseRefusesToChangeHistory() {
    register("fixed", 1);
    registry.promote(new Promotion("fixed", "staging", 1, null, null, ANNA), version -> {});
    for (String sql :
        List.of(
            "update audit_entry set actor = 'eve'",
            "delete from audit_entry",
            "truncate audit_entry",
            "update stage_move set version = 1",
            "delete from stage_move",
            "truncate stage_move")) {
      assertThatThrownBy(() -> execute(sql))
          .as(sql)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("append-only");
    }
  }

  /// Random moves against a model of a few lines: what a stage points to, what it pointed to
  /// before, who has ever held it, and the revision.
  @RepeatedTest(3)
  void movesBehaveLikeTheSimplestModel(RepetitionInfo repetition) {
    long seed = Seed.of("random moves") + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    String model = "machine-" + Long.toHexString(seed);
    for (int i = 1; i <= VERSIONS; i++) {
      register(model, i);
    }
    Integer now = null;
    Integer before = null;
    boolean rolledBack = false;
    long revision = 0;
    Set<Integer> holders = new HashSet<>();
    Set<Integer> archived = new HashSet<>();
    Deque<String> trace = new ArrayDeque<>();
    for (int i = 0; i < MOVES; i++) {
      int version = 1 + random.nextInt(VERSIONS);
      Long expected =
          switch (random.nextInt(3)) {
            case 0 -> revision;
            case 1 -> revision - 1;
            default -> null;
          };
      boolean stale = expected != null && expected != revision;
      int action = random.nextInt(4);
      trace.add(action + " " + version + " " + expected);
      String context = "seed " + seed + ", moves " + trace;
      Integer target =
          switch (action) {
            case 0 -> version;
            case 1 -> rolledBack && expected == null ? null : before;
            case 2 ->
                holders.contains(version) && !Integer.valueOf(version).equals(now) ? version : null;
            default -> -1;
          };
      if (action == 3) {
        boolean archive = random.nextBoolean();
        boolean legal = !archive || !Integer.valueOf(version).equals(now);
        boolean done = patch(model, version, archive, expected);
        assertThat(done).as(context).isEqualTo(legal && !stale);
        if (done) {
          revision++;
          if (archive) {
            archived.add(version);
          } else {
            archived.remove(version);
          }
        }
      } else {
        StageMoved moved = move(model, action, version, expected);
        boolean legal = target != null && !stale && !archived.contains(target);
        assertThat(moved != null).as(context).isEqualTo(legal);
        if (moved != null && !target.equals(now)) {
          before = now;
          now = target;
          rolledBack = action != 0;
          holders.add(target);
          revision++;
        }
      }
      Model seen = registry.find(model);
      assertThat(seen.revision()).as(context).isEqualTo(revision);
      Stage stage = seen.stages().isEmpty() ? null : seen.stages().getFirst();
      assertThat(stage == null ? null : stage.version()).as(context).isEqualTo(now);
      assertThat(stage == null ? null : stage.previous()).as(context).isEqualTo(before);
    }
    assertThat(registry.firstBrokenAuditEntry()).isNull();
    List<Long> revisions = new ArrayList<>();
    for (AuditEntry entry : registry.history(model, null, PageToken.MOST).items()) {
      if (!entry.action().equals("version.registered")) {
        revisions.add(entry.revision());
      }
    }
    assertThat(revisions).as("seed %d", seed).doesNotHaveDuplicates().hasSize((int) revision);
  }

  @Test
  void deletedContentGoesAfterTheGracePeriod() {
    register("collected", 4711);
    ModelVersion version = registry.find("collected", 1);
    registry.delete("collected", 1, null, ANNA);
    Instant now = Instant.now();
    assertThat(collect(now.plus(Duration.ofHours(23)))).isZero();
    assertThat(registry.garbage()).contains(new Garbage(version.blob(), version.size(), false));
    assertThat(store.path(version.blob())).exists();
    collect(now.plus(Duration.ofHours(25)));
    assertThat(store.path(version.blob())).doesNotExist();
  }

  /// A collection at another time.
  private int collect(Instant now) {
    return new Housekeeping(
            store,
            uploads,
            new Archives(store, null),
            catalogue,
            requests,
            InstantSource.fixed(now),
            Duration.ofHours(24))
        .collect()
        .size();
  }

  private @Nullable StageMoved move(
      String model, int action, int version, @Nullable Long expected) {
    try {
      return switch (action) {
        case 0 ->
            registry.promote(
                new Promotion(model, "production", version, null, expected, ANNA), v -> {});
        case 1 ->
            registry.rollback(
                new Rollback(model, "production", null, null, null, expected, ANNA), v -> {});
        default ->
            registry.rollback(
                new Rollback(model, "production", version, null, null, expected, ANNA), v -> {});
      };
    } catch (Refusal e) {
      return null;
    }
  }

  private boolean patch(String model, int version, boolean archived, @Nullable Long expected) {
    try {
      registry.patch(model, version, Json.tree("{\"archived\":" + archived + "}"), expected, ANNA);
      return true;
    } catch (Refusal e) {
      return false;
    }
  }

  private void register(String model, int weights) {
    registry.register(
        Upload.streamed(
            model,
            new ByteArrayInputStream(TestBundle.of(weights).zip()),
            Upload.Kind.ZIP,
            false,
            null,
            ANNA));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
