package io.slipway.serving.load;

import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// This replica's progress in following the registry. Guarded by its owner.
final class ReplicationProgress {
  /// The last revision of each model at which all stages and aliases served the desired version.
  private final Map<String, Long> followed = new HashMap<>();

  private Map<String, ModelReport> report = Map.of();

  /// Updates the progress.
  ///
  /// @param failed why versions could not be loaded
  /// @return whether anything changed
  boolean update(
      List<Wanted> wanted,
      Map<String, SwapPolicy.View> published,
      Collection<VersionId> loaded,
      Map<VersionId, String> failed) {
    Set<String> models = new HashSet<>();
    for (Wanted model : wanted) {
      models.add(model.model());
      if (SwapPolicy.pointers(model).equals(pointers(published.get(model.model())))) {
        followed.put(model.model(), model.revision());
      }
    }
    followed.keySet().retainAll(models);
    Map<String, ModelReport> now = new HashMap<>();
    for (String model : models) {
      Set<Integer> numbers = new HashSet<>();
      loaded.stream()
          .filter(id -> id.model().equals(model))
          .forEach(id -> numbers.add(id.number()));
      Map<Integer, String> reasons = new HashMap<>();
      failed.forEach(
          (id, why) -> {
            if (id.model().equals(model)) {
              reasons.put(id.number(), why);
            }
          });
      now.put(
          model,
          new ModelReport(
              followed.getOrDefault(model, ModelReport.NONE),
              names(pointers(published.get(model))),
              numbers,
              reasons));
    }
    boolean changed = !now.equals(report);
    report = Map.copyOf(now);
    return changed;
  }

  /// `wanted`, with every stage and alias replaced by the version that it resolves to here: the
  /// state to restore after a start without the registry.
  ///
  /// @param known every version that may be served
  static List<Wanted> served(
      List<Wanted> wanted,
      Map<String, SwapPolicy.View> published,
      Map<VersionId, ModelVersion> known) {
    return wanted.stream()
        .map(
            model -> {
              Map<Selector, Integer> shows = pointers(published.get(model.model()));
              Map<Integer, ModelVersion> versions = new TreeMap<>(model.versions());
              shows
                  .values()
                  .forEach(
                      number -> {
                        ModelVersion version = known.get(new VersionId(model.model(), number));
                        if (version != null) {
                          versions.put(number, version);
                        }
                      });
              Map<String, Integer> aliases = new TreeMap<>();
              model
                  .aliases()
                  .forEach(
                      (name, number) ->
                          aliases.put(name, shows.getOrDefault(new Selector.Alias(name), number)));
              return new Wanted(
                  model.model(),
                  model.revision(),
                  model.stages().stream().map(stage -> shown(stage, shows)).toList(),
                  aliases,
                  versions);
            })
        .toList();
  }

  private static Stage shown(Stage stage, Map<Selector, Integer> shows) {
    return new Stage(
        stage.name(),
        shows.getOrDefault(new Selector.Stage(stage.name()), stage.version()),
        stage.previous(),
        stage.revision(),
        stage.movedAt(),
        stage.movedBy());
  }

  Map<String, ModelReport> report() {
    return report;
  }

  Map<String, Long> followed() {
    return followed;
  }

  private static Map<Selector, Integer> pointers(SwapPolicy.@Nullable View view) {
    return view == null ? Map.of() : view.pointers();
  }

  private static Map<String, Integer> names(Map<Selector, Integer> pointers) {
    Map<String, Integer> names = new HashMap<>();
    pointers.forEach(
        (selector, number) -> {
          switch (selector) {
            case Selector.Stage(String stage) -> names.put(stage, number);
            case Selector.Alias(String alias) -> names.put("@" + alias, number);
            case Selector.Version _ -> {}
          }
        });
    return names;
  }
}
