package io.slipway.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.StageMoved;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Fixture;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import io.slipway.serving.traffic.ServingTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The reconciler with loads and time in the test's hand.
class ReconcilerTest {
  private final Dispatcher dispatcher = Fixture.dispatcher();
  private final ServingTable table = new ServingTable();
  private final AtomicLong nanos = new AtomicLong();
  private final Queue<Runnable> loads = new ArrayDeque<>();
  private final List<VersionId> loaded = new ArrayList<>();
  private final Set<VersionId> broken = new HashSet<>();
  private final Map<VersionId, Fixture> fixtures = new HashMap<>();

  private final Reconciler reconciler =
      new Reconciler(
          table,
          Fixture.METRICS,
          this::load,
          loads::add,
          new Reconciler.Settings(2, Duration.ofSeconds(2), Duration.ofSeconds(10)),
          nanos::get);

  private Servable load(ModelVersion version) {
    VersionId id = new VersionId(version.model(), version.number());
    if (broken.contains(id)) {
      throw new IllegalStateException("broken on purpose");
    }
    loaded.add(id);
    Fixture fixture = new Fixture(dispatcher, id, (_, _, _) -> List.of());
    fixtures.put(id, fixture);
    return fixture.servable;
  }

  private void finishLoads() {
    for (Runnable load = loads.poll(); load != null; load = loads.poll()) {
      load.run();
    }
  }

  private static VersionId id(int number) {
    return new VersionId("m", number);
  }

  private static Wanted wanted(long revision, int production, int... kept) {
    Wanted wanted = SwapPolicyTest.wanted("m", Map.of("production", production), Map.of(), kept);
    return new Wanted("m", revision, wanted.stages(), wanted.aliases(), wanted.versions());
  }

  private void want(Wanted... models) {
    reconciler.want(List.of(models), reconciler.moves());
  }

  private int production() {
    Servable servable = table.peek("m", Selector.PRODUCTION);
    return servable == null ? -1 : servable.id().number();
  }

  @Test
  void aReplicaTellsARevisionOnlyOnceAllPointersFollowIt() {
    List<Long> told = new ArrayList<>();
    reconciler.onChange(() -> told.add(reconciler.report().get("m").revision()));
    want(wanted(7, 1));
    assertThat(reconciler.report().get("m").revision()).isEqualTo(ModelReport.NONE);
    finishLoads();
    assertThat(reconciler.report().get("m"))
        .isEqualTo(new ModelReport(7, Map.of("production", 1), Set.of(1), Map.of()));
    broken.add(id(2));
    want(wanted(8, 2, 1));
    finishLoads();
    ModelReport behind = reconciler.report().get("m");
    assertThat(behind.revision()).isEqualTo(7);
    assertThat(behind.pointers()).isEqualTo(Map.of("production", 1));
    assertThat(behind.failed()).isEqualTo(Map.of(2, "broken on purpose"));
    assertThat(told).contains(7L).doesNotContain(8L);
  }

  @AfterEach
  void stop() {
    reconciler.stop();
    dispatcher.stop();
  }

  @Test
  void itIsStartedWhenAllThatIsPromotedWasTried() {
    assertThat(reconciler.started()).isFalse();

    want(wanted(1, 1));
    assertThat(reconciler.started()).isFalse();
    assertThat(reconciler.unshown()).containsEntry("m/1", "m/1 is being loaded");

    finishLoads();
    assertThat(reconciler.started()).isTrue();
    assertThat(reconciler.unshown()).isEmpty();
    assertThat(production()).isEqualTo(1);
  }

  @Test
  void whatGoesIntoQuarantineIsServedNoMoreAndTrafficMovesOnlyWhenItIsMoved() {
    want(wanted(1, 1));
    finishLoads();
    want(moved(2, 2, 1));
    finishLoads();
    assertThat(production()).isEqualTo(2);
    Lease running = table.lease("m", Selector.PRODUCTION);

    reconciler.quarantine(SwapPolicyTest.version("m", 2).digest(), "in quarantine");
    reconciler.tick();

    assertThat(production()).as("nobody has moved it").isEqualTo(-1);
    assertThat(table.peek("m", new Selector.Version(1))).isNotNull();
    assertThat(reconciler.missing("m", Selector.PRODUCTION))
        .contains("m/2 is not served: in quarantine", "version 1 is loaded, roll back to it");
    assertThat(reconciler.quarantined().get("m/2")).contains("quarantine", "roll back");
    assertThat(reconciler.unshown()).isEmpty();
    assertThat(fixtures.get(id(2)).ended).as("a run is on").isFalse();
    running.close();
    assertThat(fixtures.get(id(2)).ended).isTrue();

    want(moved(3, 1, 2));
    finishLoads();
    assertThat(production()).isEqualTo(1);
  }

  @Test
  void aLoadThatGoesIntoQuarantineFailsAtOnceAndWhatItMakesLaterIsNotServed() {
    CompletableFuture<Servable> asked = reconciler.ask(SwapPolicyTest.version("m", 5));
    Runnable load = loads.remove();

    reconciler.quarantine(SwapPolicyTest.version("m", 5).digest(), "in quarantine");
    assertThat(asked).isCompletedExceptionally();
    load.run();

    assertThat(table.peek("m", new Selector.Version(5))).isNull();
    assertThat(fixtures.get(id(5)).ended).isTrue();
  }

  /// As [#wanted], with the version before.
  private static Wanted moved(long revision, int production, int previous) {
    Wanted wanted = wanted(revision, production, previous);
    List<Stage> stages =
        wanted.stages().stream()
            .map(
                s -> new Stage(s.name(), s.version(), previous, revision, s.movedAt(), s.movedBy()))
            .toList();
    return new Wanted("m", revision, stages, wanted.aliases(), wanted.versions());
  }

  @Test
  void aVersionThatCannotBeLoadedBlocksNoOtherAndIsTriedAgainAfterAWaitThatDoubles() {
    broken.add(id(2));
    want(wanted(1, 1));
    finishLoads();
    want(wanted(2, 2, 1));
    finishLoads();

    assertThat(production()).as("the old one stays").isEqualTo(1);
    assertThat(reconciler.unshown().get("m/2")).contains("broken on purpose");
    reconciler.tick();
    assertThat(loads).as("not due yet").isEmpty();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    reconciler.tick();
    assertThat(loads).hasSize(1);
    finishLoads();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    reconciler.tick();
    assertThat(loads).as("the second wait is longer").isEmpty();
    broken.clear();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    reconciler.tick();
    finishLoads();

    assertThat(production()).isEqualTo(2);
    assertThat(reconciler.unshown()).isEmpty();
  }

  @Test
  void aMoveIsAppliedAtOnceAndOlderNewsDoNotUndoIt() {
    want(wanted(1, 1));
    finishLoads();
    ModelVersion two = SwapPolicyTest.version("m", 2);
    reconciler.hold(two);
    finishLoads();
    assertThat(production()).as("held, not shown").isEqualTo(1);
    long before = reconciler.moves();

    reconciler.moved(new StageMoved("m", "production", 2, 1, 2, Instant.EPOCH, true), two);
    reconciler.release(id(2));
    assertThat(production()).isEqualTo(2);
    reconciler.want(List.of(wanted(1, 1)), before);
    assertThat(production()).as("asked for before the move").isEqualTo(2);
    want(wanted(3, 1, 2));

    assertThat(production()).as("newer news count, and nothing is loaded for it").isEqualTo(1);
    assertThat(loaded).containsExactly(id(1), id(2));
  }

  @Test
  void aSnapshotOfSomeModelsLeavesTheOthersAndWhatHasMovedSince() {
    Wanted other = SwapPolicyTest.wanted("other", Map.of("production", 1), Map.of());
    want(wanted(1, 1), other);
    finishLoads();
    long before = reconciler.moves();
    reconciler.want(Set.of("m"), List.of(moved(2, 2, 1)), before);
    finishLoads();
    assertThat(production()).isEqualTo(2);
    assertThat(table.peek("other", Selector.PRODUCTION)).isNotNull();

    reconciler.moved(
        new StageMoved("m", "production", 1, 2, 3, Instant.EPOCH, true),
        SwapPolicyTest.version("m", 1));
    reconciler.want(Set.of("m"), List.of(moved(2, 2, 1)), before);
    assertThat(production()).as("older than the move").isEqualTo(1);

    reconciler.want(Set.of("other", "never-heard-of"), List.of(), reconciler.moves());
    assertThat(table.peek("other", Selector.PRODUCTION)).as("deleted").isNull();
    assertThat(production()).isEqualTo(1);
  }

  @Test
  void whatOtherStagesLackIsNoReasonAgainstReadinessButIsTold() {
    broken.add(id(2));
    Wanted both = SwapPolicyTest.wanted("m", Map.of("production", 1, "staging", 2), Map.of());
    want(both);
    assertThat(reconciler.started()).isFalse();
    loads.remove().run();
    assertThat(reconciler.started()).as("production is loaded first").isTrue();
    finishLoads();

    assertThat(reconciler.unshown()).isEmpty();
    assertThat(reconciler.absent().get(id(2))).contains("broken on purpose");
    assertThat(stageLoaded("production")).isEqualTo(1);
    assertThat(stageLoaded("staging")).isZero();
  }

  private static double stageLoaded(String stage) {
    return Fixture.METERS
        .get("slipway.stage.loaded")
        .tag("model", "m")
        .tag("stage", stage)
        .gauge()
        .value();
  }

  @Test
  void whatWasHeldInVainIsRetired() {
    want(wanted(1, 1));
    finishLoads();
    reconciler.hold(SwapPolicyTest.version("m", 2));
    finishLoads();

    reconciler.release(id(2));

    assertThat(fixtures.get(id(2)).ended).isTrue();
    assertThat(fixtures.get(id(1)).ended).isFalse();
  }

  @Test
  void theVersionAskedForLeastRecentlyMakesRoom() {
    for (int number = 5; number <= 7; number++) {
      reconciler.ask(SwapPolicyTest.version("m", number));
      finishLoads();
      assertThat(table.peek("m", new Selector.Version(number))).isNotNull();
    }

    assertThat(fixtures.get(id(5)).ended).isTrue();
    assertThat(fixtures.get(id(6)).ended).isFalse();
    assertThat(fixtures.get(id(7)).ended).isFalse();
  }

  @Test
  void whoAsksForAVersionThatIsBeingLoadedWaitsForThatLoad() {
    ModelVersion seven = SwapPolicyTest.version("m", 7);
    var one = reconciler.ask(seven);
    var two = reconciler.ask(seven);

    assertThat(loads).hasSize(1);
    finishLoads();

    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
  }

  @Test
  void ofManyModelsOnlyTheOneThatMovesIsLookedAt() {
    List<Wanted> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Wanted one = SwapPolicyTest.wanted("m" + i, Map.of("production", 1), Map.of(), 2);
      all.add(new Wanted("m" + i, 1, one.stages(), one.aliases(), one.versions()));
    }
    want(all.toArray(Wanted[]::new));
    finishLoads();
    assertThat(loaded).hasSize(80);
    assertThat(loaded.subList(0, 40)).as("production first, of all models").allMatch(this::first);
    Map<String, ModelReport> before = reconciler.report();
    assertThat(reconciler.report()).as("nothing has changed").isSameAs(before);
    want(all.toArray(Wanted[]::new));
    reconciler.tick();
    assertThat(reconciler.report()).as("the same news").isSameAs(before);

    reconciler.moved(
        new StageMoved("m7", "production", 2, 1, 2, Instant.EPOCH, true),
        SwapPolicyTest.version("m7", 2));

    Map<String, ModelReport> after = reconciler.report();
    before.forEach(
        (model, report) -> {
          if (model.equals("m7")) {
            assertThat(after.get(model).pointers()).isEqualTo(Map.of("production", 2));
          } else {
            assertThat(after.get(model)).isSameAs(report);
          }
        });
    assertThat(table.peek("m7", Selector.PRODUCTION).id().number()).isEqualTo(2);
    assertThat(table.peek("m8", Selector.PRODUCTION).id().number()).isEqualTo(1);
  }

  private boolean first(VersionId version) {
    return version.number() == 1;
  }

  @Test
  void aDeletedModelIsServedNoMore() {
    want(wanted(1, 1));
    finishLoads();

    want();

    assertThat(production()).isEqualTo(-1);
    assertThat(fixtures.get(id(1)).ended).isTrue();
  }
}
