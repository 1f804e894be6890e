package io.slipway.serving.load;

import io.slipway.registry.AliasMoved;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.StageMoved;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The versions that should be served, as this replica knows it from the registry: full snapshots
/// of all models, and single moves that were announced before the next snapshot. A snapshot
/// requested before a move may lack it, so it is ignored for that move's model. Guarded by its
/// owner.
final class DesiredState {
  private final Map<String, Wanted> models = new LinkedHashMap<>();

  /// The number of moves so far, and its value at the last move of each model.
  private long moves;

  private final Map<String, Long> moved = new HashMap<>();

  /// The number of moves so far; to be read before a snapshot is requested.
  long moves() {
    return moves;
  }

  /// Applies a snapshot of all models.
  ///
  /// @param since the value of [#moves] before it was requested
  /// @return the models that changed
  Set<String> replace(List<Wanted> news, long since) {
    moved.values().removeIf(at -> at <= since);
    Map<String, Wanted> next = new LinkedHashMap<>();
    news.forEach(model -> next.put(model.model(), model));
    for (String model : moved.keySet()) {
      next.put(model, before(model));
    }
    Set<String> changed = new LinkedHashSet<>();
    next.forEach(
        (model, wanted) -> {
          if (!wanted.equals(models.get(model))) {
            changed.add(model);
          }
        });
    models.keySet().stream().filter(model -> !next.containsKey(model)).forEach(changed::add);
    models.clear();
    models.putAll(next);
    return changed;
  }

  /// Applies a snapshot of some models.
  ///
  /// @param names the models that were asked for
  /// @param news those of them that have something to serve
  /// @param since the value of [#moves] before it was requested
  /// @return the models that changed
  Set<String> replace(Set<String> names, List<Wanted> news, long since) {
    Map<String, Wanted> found = new HashMap<>();
    news.forEach(model -> found.put(model.model(), model));
    Set<String> changed = new LinkedHashSet<>();
    for (String name : names) {
      if (moved.getOrDefault(name, 0L) > since) {
        continue;
      }
      moved.remove(name);
      Wanted now = found.get(name);
      Wanted before = now == null ? models.remove(name) : models.put(name, now);
      if (!Objects.equals(before, now)) {
        changed.add(name);
      }
    }
    return changed;
  }

  void clear() {
    models.clear();
    moved.clear();
  }

  /// Applies one move of a stage.
  ///
  /// @param version that the stage points to now
  /// @return false where a later state is already known
  boolean moved(StageMoved move, ModelVersion version) {
    Wanted before = before(move.model());
    if (before.revision() >= move.revision()) {
      return false;
    }
    List<Stage> stages = new ArrayList<>();
    before.stages().stream().filter(s -> !s.name().equals(move.stage())).forEach(stages::add);
    stages.add(
        new Stage(
            move.stage(), move.version(), move.previous(), move.revision(), move.at(), "unknown"));
    Map<Integer, ModelVersion> versions = new HashMap<>(before.versions());
    versions.put(version.number(), version);
    put(new Wanted(move.model(), move.revision(), stages, before.aliases(), versions));
    return true;
  }

  /// Applies one change of an alias.
  ///
  /// @param version that the alias points to now; null where it was removed
  /// @return false where a later state is already known
  boolean moved(AliasMoved move, @Nullable ModelVersion version) {
    Wanted before = before(move.model());
    if (before.revision() >= move.revision()) {
      return false;
    }
    Map<String, Integer> aliases = new HashMap<>(before.aliases());
    Map<Integer, ModelVersion> versions = new HashMap<>(before.versions());
    if (version == null) {
      aliases.remove(move.alias());
    } else {
      aliases.put(move.alias(), version.number());
      versions.put(version.number(), version);
    }
    put(new Wanted(move.model(), move.revision(), before.stages(), aliases, versions));
    return true;
  }

  private Wanted before(String model) {
    Wanted before = models.get(model);
    return before == null ? new Wanted(model, -1, List.of(), Map.of(), Map.of()) : before;
  }

  private void put(Wanted model) {
    models.put(model.model(), model);
    moved.put(model.model(), ++moves);
  }

  List<Wanted> all() {
    return List.copyOf(models.values());
  }

  /// What should be served of `model`; null where nothing should be.
  @Nullable Wanted of(String model) {
    return models.get(model);
  }

  /// The versions that the stages of all models point to.
  Set<VersionId> promoted() {
    Set<VersionId> promoted = new LinkedHashSet<>();
    for (Wanted model : models.values()) {
      model.stages().forEach(s -> promoted.add(new VersionId(model.model(), s.version())));
    }
    return promoted;
  }

  /// The versions that `production` of all models points to.
  Set<VersionId> inProduction() {
    Set<VersionId> versions = new LinkedHashSet<>();
    for (Wanted model : models.values()) {
      model.stages().stream()
          .filter(stage -> stage.name().equals(Stage.PRODUCTION))
          .forEach(stage -> versions.add(new VersionId(model.model(), stage.version())));
    }
    return versions;
  }

  /// The version that `selector` should resolve to; null where there is none.
  @Nullable VersionId of(String model, Selector selector) {
    Wanted of = models.get(model);
    if (of == null) {
      return null;
    }
    Integer number =
        switch (selector) {
          case Selector.Stage(String name) ->
              of.stages().stream()
                  .filter(s -> s.name().equals(name))
                  .map(Stage::version)
                  .findFirst()
                  .orElse(null);
          case Selector.Alias(String name) -> of.aliases().get(name);
          case Selector.Version(int n) -> of.versions().containsKey(n) ? n : null;
        };
    return number == null ? null : new VersionId(model, number);
  }
}
