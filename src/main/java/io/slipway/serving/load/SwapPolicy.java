package io.slipway.serving.load;

import io.slipway.registry.Stage;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides the next step from the loaded to the desired versions: a pure function, applied until it
/// returns [Action.Nothing]. No model depends on another, so it can be applied to each alone.
///
/// Its rules, in order:
/// 1. A stage or alias resolves to its desired version as soon as that is loaded; until then it
///    keeps its current one.
/// 2. A version that is neither desired nor referenced leaves the table, and only then is retired.
/// 3. Desired versions that are not loaded are loaded: production first, then other stages and
///    aliases, then those requested by number, then the predecessors.
final class SwapPolicy {
  private SwapPolicy() {}

  /// The part of the serving table about one model.
  ///
  /// @param pointers stages and aliases with the versions that they resolve to
  /// @param versions that can be called by number
  record View(Map<Selector, Integer> pointers, Set<Integer> versions) {
    View {
      pointers = Map.copyOf(pointers);
      versions = Set.copyOf(versions);
    }
  }

  /// The current state.
  ///
  /// @param loaded open and warm
  /// @param waiting being loaded, or failed and not due yet
  /// @param published the table, without models that serve nothing
  record Fleet(Set<VersionId> loaded, Set<VersionId> waiting, Map<String, View> published) {}

  /// How soon a version should be loaded, the most urgent first.
  enum Urgency {
    PRODUCTION,
    POINTED,
    ASKED,
    KEPT
  }

  sealed interface Action {
    record Load(VersionId version) implements Action {}

    record Publish(Map<String, View> views) implements Action {}

    record Retire(VersionId version) implements Action {}

    record Nothing() implements Action {}
  }

  /// @param asked versions to keep in addition to those of stages and aliases, in order of loading
  static Action next(List<Wanted> wanted, Set<VersionId> asked, Fleet fleet) {
    Map<String, View> views = views(wanted, asked, fleet);
    if (!views.equals(fleet.published())) {
      return new Action.Publish(views);
    }
    for (VersionId version : fleet.loaded()) {
      View view = views.get(version.model());
      if (view == null || !view.versions().contains(version.number())) {
        return new Action.Retire(version);
      }
    }
    for (VersionId version : inOrder(wanted, asked)) {
      if (!fleet.loaded().contains(version) && !fleet.waiting().contains(version)) {
        return new Action.Load(version);
      }
    }
    return new Action.Nothing();
  }

  /// The best table that the loaded versions allow.
  private static Map<String, View> views(List<Wanted> wanted, Set<VersionId> asked, Fleet fleet) {
    Map<String, Map<Selector, Integer>> pointers = new HashMap<>();
    Set<VersionId> kept = new HashSet<>(asked);
    for (Wanted model : wanted) {
      model.versions().keySet().forEach(number -> kept.add(new VersionId(model.model(), number)));
      View shown = fleet.published().get(model.model());
      Map<Selector, Integer> leads = new HashMap<>();
      pointers(model)
          .forEach(
              (selector, number) -> {
                Integer shows = shows(model.model(), selector, number, shown, fleet.loaded());
                if (shows != null) {
                  leads.put(selector, shows);
                  kept.add(new VersionId(model.model(), shows));
                }
              });
      pointers.put(model.model(), leads);
    }
    Map<String, Set<Integer>> versions = new HashMap<>();
    for (VersionId version : fleet.loaded()) {
      if (kept.contains(version)) {
        versions.computeIfAbsent(version.model(), _ -> new HashSet<>()).add(version.number());
      }
    }
    Map<String, View> views = new HashMap<>();
    versions.forEach(
        (model, numbers) ->
            views.put(model, new View(pointers.getOrDefault(model, Map.of()), numbers)));
    return views;
  }

  private static @Nullable Integer shows(
      String model, Selector selector, int should, @Nullable View shown, Set<VersionId> loaded) {
    if (loaded.contains(new VersionId(model, should))) {
      return should;
    }
    Integer old = shown == null ? null : shown.pointers().get(selector);
    return old != null && loaded.contains(new VersionId(model, old)) ? old : null;
  }

  /// The versions that the stages and aliases of a model should resolve to.
  static Map<Selector, Integer> pointers(Wanted model) {
    Map<Selector, Integer> pointers = new HashMap<>();
    model.stages().forEach(s -> pointers.put(new Selector.Stage(s.name()), s.version()));
    model.aliases().forEach((name, number) -> pointers.put(new Selector.Alias(name), number));
    return pointers;
  }

  /// All versions to load, the most urgent first.
  private static Set<VersionId> inOrder(List<Wanted> wanted, Set<VersionId> asked) {
    Set<VersionId> order = new LinkedHashSet<>();
    for (Wanted model : wanted) {
      stage(model, true).forEach(number -> order.add(new VersionId(model.model(), number)));
    }
    for (Wanted model : wanted) {
      stage(model, false).forEach(number -> order.add(new VersionId(model.model(), number)));
      model.aliases().values().stream()
          .sorted()
          .forEach(number -> order.add(new VersionId(model.model(), number)));
    }
    order.addAll(asked);
    for (Wanted model : wanted) {
      model.versions().keySet().stream()
          .sorted(Comparator.reverseOrder())
          .forEach(number -> order.add(new VersionId(model.model(), number)));
    }
    return order;
  }

  /// The urgency of a load that [#next] returned: loads of several worlds are begun by it.
  static Urgency urgency(@Nullable Wanted model, Set<VersionId> asked, VersionId version) {
    if (model != null) {
      if (stage(model, true).contains(version.number())) {
        return Urgency.PRODUCTION;
      }
      if (pointers(model).containsValue(version.number())) {
        return Urgency.POINTED;
      }
    }
    return asked.contains(version) ? Urgency.ASKED : Urgency.KEPT;
  }

  private static List<Integer> stage(Wanted model, boolean production) {
    return model.stages().stream()
        .filter(s -> s.name().equals(Stage.PRODUCTION) == production)
        .map(Stage::version)
        .toList();
  }
}
