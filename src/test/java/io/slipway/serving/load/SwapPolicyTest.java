package io.slipway.serving.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Seed;
import io.slipway.bundle.Digest;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.VersionKind;
import io.slipway.registry.VersionStatus;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.load.SwapPolicy.Action;
import io.slipway.serving.load.SwapPolicy.Fleet;
import io.slipway.serving.load.SwapPolicy.View;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Little worlds: what is wanted, what there is, what is to be done next.
class SwapPolicyTest {
  private static final Selector STAGING = new Selector.Stage("staging");

  static Wanted wanted(
      String model, Map<String, Integer> stages, Map<String, Integer> aliases, int... kept) {
    Map<Integer, ModelVersion> versions = new HashMap<>();
    stages.values().forEach(n -> versions.put(n, version(model, n)));
    aliases.values().forEach(n -> versions.put(n, version(model, n)));
    for (int n : kept) {
      versions.put(n, version(model, n));
    }
    return new Wanted(
        model,
        1,
        stages.entrySet().stream()
            .map(e -> new Stage(e.getKey(), e.getValue(), null, 1, Instant.EPOCH, "ann"))
            .toList(),
        aliases,
        versions);
  }

  static ModelVersion version(String model, int number) {
    Digest digest = Digest.of((model + number).getBytes(StandardCharsets.UTF_8));
    return new ModelVersion(
        0,
        model,
        number,
        VersionKind.BUNDLE,
        VersionStatus.READY,
        digest,
        digest,
        1,
        null,
        "record",
        1,
        false,
        null,
        null,
        Map.of(),
        false,
        Instant.EPOCH,
        "ann");
  }

  private static VersionId id(String model, int number) {
    return new VersionId(model, number);
  }

  private static Fleet fleet(Set<VersionId> loaded, Map<String, View> published) {
    return new Fleet(loaded, Set.of(), published);
  }

  private static Action next(List<Wanted> wanted, Fleet fleet) {
    return SwapPolicy.next(wanted, Set.of(), fleet);
  }

  @Test
  void nothingIsDoneWhereNothingIsWanted() {
    assertThat(next(List.of(), fleet(Set.of(), Map.of()))).isEqualTo(new Action.Nothing());
  }

  @Test
  void productionIsLoadedBeforeAnythingElseOfAnyModel() {
    List<Wanted> wanted =
        List.of(
            wanted("a", Map.of("staging", 3), Map.of()),
            wanted("b", Map.of("production", 2), Map.of(), 1));

    assertThat(next(wanted, fleet(Set.of(), Map.of()))).isEqualTo(new Action.Load(id("b", 2)));
  }

  @Test
  void aPredecessorIsLoadedLast() {
    List<Wanted> wanted = List.of(wanted("a", Map.of("production", 2), Map.of("champion", 4), 1));
    Fleet fleet =
        new Fleet(
            Set.of(id("a", 2)),
            Set.of(id("a", 4)),
            Map.of("a", new View(Map.of(Selector.PRODUCTION, 2), Set.of(2))));

    assertThat(next(wanted, fleet)).isEqualTo(new Action.Load(id("a", 1)));
  }

  @Test
  void whatIsBeingLoadedOrNotDueIsNotLoadedAgain() {
    List<Wanted> wanted = List.of(wanted("a", Map.of("production", 1), Map.of()));

    assertThat(next(wanted, new Fleet(Set.of(), Set.of(id("a", 1)), Map.of())))
        .isEqualTo(new Action.Nothing());
  }

  @Test
  void aLoadedVersionIsPublishedUnderItsPointersAndItsNumber() {
    List<Wanted> wanted =
        List.of(wanted("a", Map.of("production", 1, "staging", 1), Map.of("champion", 1)));

    assertThat(next(wanted, fleet(Set.of(id("a", 1)), Map.of())))
        .isEqualTo(
            new Action.Publish(
                Map.of(
                    "a",
                    new View(
                        Map.of(
                            Selector.PRODUCTION, 1, STAGING, 1, new Selector.Alias("champion"), 1),
                        Set.of(1)))));
  }

  @Test
  void aPointerKeepsItsVersionUntilTheNewOneIsLoaded() {
    List<Wanted> wanted = List.of(wanted("a", Map.of("production", 2), Map.of()));
    Map<String, View> published = Map.of("a", new View(Map.of(Selector.PRODUCTION, 1), Set.of(1)));

    assertThat(next(wanted, fleet(Set.of(id("a", 1)), published)))
        .isEqualTo(new Action.Load(id("a", 2)));
    assertThat(next(wanted, new Fleet(Set.of(id("a", 1)), Set.of(id("a", 2)), published)))
        .as("also while it loads, or where it can't be loaded")
        .isEqualTo(new Action.Nothing());
    assertThat(next(wanted, fleet(Set.of(id("a", 1), id("a", 2)), published)))
        .isEqualTo(
            new Action.Publish(Map.of("a", new View(Map.of(Selector.PRODUCTION, 2), Set.of(2)))));
  }

  @Test
  void aVersionIsRetiredOnlyAfterATableWithoutItWasPublished() {
    List<Wanted> wanted = List.of(wanted("a", Map.of("production", 2), Map.of()));
    Set<VersionId> loaded = Set.of(id("a", 1), id("a", 2));

    assertThat(
            next(
                wanted,
                fleet(loaded, Map.of("a", new View(Map.of(Selector.PRODUCTION, 2), Set.of(1, 2))))))
        .isInstanceOf(Action.Publish.class);
    assertThat(
            next(
                wanted,
                fleet(loaded, Map.of("a", new View(Map.of(Selector.PRODUCTION, 2), Set.of(2))))))
        .isEqualTo(new Action.Retire(id("a", 1)));
  }

  @Test
  void aPredecessorStaysLoaded() {
    List<Wanted> wanted = List.of(wanted("a", Map.of("production", 2), Map.of(), 1));
    Set<VersionId> loaded = Set.of(id("a", 1), id("a", 2));

    assertThat(
            next(
                wanted,
                fleet(loaded, Map.of("a", new View(Map.of(Selector.PRODUCTION, 2), Set.of(1, 2))))))
        .isEqualTo(new Action.Nothing());
  }

  @Test
  void aDeletedModelLeavesTheTable() {
    Map<String, View> published = Map.of("a", new View(Map.of(Selector.PRODUCTION, 1), Set.of(1)));

    assertThat(next(List.of(), fleet(Set.of(id("a", 1)), published)))
        .isEqualTo(new Action.Publish(Map.of()));
    assertThat(next(List.of(), fleet(Set.of(id("a", 1)), Map.of())))
        .isEqualTo(new Action.Retire(id("a", 1)));
  }

  @Test
  void whatCallersAskForIsLoadedAndShownByNumberAlone() {
    assertThat(SwapPolicy.next(List.of(), Set.of(id("a", 7)), fleet(Set.of(), Map.of())))
        .isEqualTo(new Action.Load(id("a", 7)));
    assertThat(SwapPolicy.next(List.of(), Set.of(id("a", 7)), fleet(Set.of(id("a", 7)), Map.of())))
        .isEqualTo(new Action.Publish(Map.of("a", new View(Map.of(), Set.of(7)))));
  }

  @Test
  void fromAnyWorldItComesToRestServingWhatIsWanted() {
    long seed = Seed.of("swaps");
    Random random = new Random(seed);
    for (int world = 0; world < 500; world++) {
      List<Wanted> wanted = new ArrayList<>();
      for (String model : new TreeSet<>(List.of("a", "b"))) {
        wanted.add(
            wanted(
                model,
                Map.of("production", 1 + random.nextInt(4), "staging", 1 + random.nextInt(4)),
                random.nextBoolean() ? Map.of("champion", 1 + random.nextInt(4)) : Map.of(),
                1 + random.nextInt(4)));
      }
      Set<VersionId> broken = some(random, 0.1);
      Set<VersionId> loaded = new HashSet<>(some(random, 0.4));
      Map<String, View> published = new HashMap<>();
      Action action;
      int steps = 0;
      do {
        action =
            SwapPolicy.next(wanted, Set.of(), new Fleet(Set.copyOf(loaded), broken, published));
        switch (action) {
          case Action.Load(VersionId version) -> loaded.add(version);
          case Action.Publish(Map<String, View> views) -> published = views;
          case Action.Retire(VersionId version) -> {
            View view = published.get(version.model());
            assertThat(view == null || !view.versions().contains(version.number()))
                .as("seed %d: %s is retired while it is shown", seed, version)
                .isTrue();
            loaded.remove(version);
          }
          case Action.Nothing() -> {}
        }
        assertThat(++steps).as("seed %d does not come to rest", seed).isLessThan(100);
      } while (!(action instanceof Action.Nothing));
      for (Wanted model : wanted) {
        for (Stage stage : model.stages()) {
          VersionId should = id(model.model(), stage.version());
          View view = published.get(model.model());
          if (loaded.contains(should)) {
            assertThat(view.pointers())
                .as("seed %d", seed)
                .containsEntry(new Selector.Stage(stage.name()), stage.version());
          } else {
            assertThat(broken).as("seed %d", seed).contains(should);
          }
        }
      }
    }
  }

  private static Set<VersionId> some(Random random, double share) {
    Set<VersionId> some = new HashSet<>();
    for (int number = 1; number <= 4; number++) {
      for (String model : List.of("a", "b")) {
        if (random.nextDouble() < share) {
          some.add(id(model, number));
        }
      }
    }
    return some;
  }
}
