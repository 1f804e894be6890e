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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the registry wants to be served, as this replica knows it: the news of all models, and
/// single moves that were told ahead of them. News that were asked for before a move was told may
/// not know of it, so they do not count for its model. Guarded by its owner.
final class DesiredState {
  private Map<String, Wanted> models = Map.of();

  /// Counts the moves; and the count at the last move of each model.
  private long moves;

  private final Map<String, Long> moved = new HashMap<>();

  /// To be taken before news are asked for.
  long moves() {
    return moves;
  }

  /// Takes over the news of all models.
  ///
  /// @param since what [#moves] was before they were asked for
  void replace(List<Wanted> news, long since) {
    moved.values().removeIf(at -> at <= since);
    Map<String, Wanted> next = new LinkedHashMap<>();
    news.forEach(model -> next.put(model.model(), model));
    for (String model : moved.keySet()) {
      next.put(model, before(model));
    }
    models = next;
  }

  void clear() {
    models = Map.of();
    moved.clear();
  }

  /// Takes over one move of a stage.
  ///
  /// @param version that the stage points to now
  /// @return false where later news are known already
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

  /// Takes over one change of an alias.
  ///
  /// @param version that the alias points to now; null where it was removed
  /// @return false where later news are known already
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
    Map<String, Wanted> next = new LinkedHashMap<>(models);
    next.put(model.model(), model);
    models = next;
    moved.put(model.model(), ++moves);
  }

  List<Wanted> all() {
    return List.copyOf(models.values());
  }

  /// Every version that a pointer wants, or that is kept as a predecessor.
  List<ModelVersion> versions() {
    return models.values().stream().flatMap(m -> m.versions().values().stream()).toList();
  }

  /// What the stages of all models point to.
  Set<VersionId> promoted() {
    Set<VersionId> promoted = new LinkedHashSet<>();
    for (Wanted model : models.values()) {
      model.stages().forEach(s -> promoted.add(new VersionId(model.model(), s.version())));
    }
    return promoted;
  }

  /// The version that `selector` should lead to; null where it should lead nowhere.
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
