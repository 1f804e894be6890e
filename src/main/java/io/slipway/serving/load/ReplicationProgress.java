package io.slipway.serving.load;

import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
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

  private final Map<String, ModelReport> reports = new HashMap<>();

  /// A copy of `reports`; null after a change.
  private @Nullable Map<String, ModelReport> shown;

  /// Updates the progress of one model.
  ///
  /// @param wanted what should be served of it; null where nothing should be
  /// @param loaded the versions of it that are loaded
  /// @param failed why versions of it could not be loaded, by number
  /// @return whether anything changed
  boolean update(
      String model,
      @Nullable Wanted wanted,
      SwapPolicy.@Nullable View published,
      Set<VersionId> loaded,
      Map<Integer, String> failed) {
    if (wanted == null) {
      followed.remove(model);
      boolean changed = reports.remove(model) != null;
      shown = changed ? null : shown;
      return changed;
    }
    if (SwapPolicy.pointers(wanted).equals(pointers(published))) {
      followed.put(model, wanted.revision());
    }
    Set<Integer> numbers = new HashSet<>();
    loaded.forEach(id -> numbers.add(id.number()));
    ModelReport now =
        new ModelReport(
            followed.getOrDefault(model, ModelReport.NONE),
            names(pointers(published)),
            numbers,
            failed);
    boolean changed = !now.equals(reports.put(model, now));
    shown = changed ? null : shown;
    return changed;
  }

  /// `wanted`, with every stage and alias replaced by the version that it resolves to here: the
  /// state to restore after a start without the registry.
  ///
  /// @param known every version that may be served
  static List<Wanted> served(
      List<Wanted> wanted, Publisher published, VersionMap<ModelVersion> known) {
    return wanted.stream()
        .map(
            model -> {
              Map<Selector, Integer> shows = published.pointers(model.model());
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

  /// The state of each model: the same map until something changes.
  Map<String, ModelReport> report() {
    Map<String, ModelReport> now = shown;
    if (now == null) {
      now = Map.copyOf(reports);
      shown = now;
    }
    return now;
  }

  /// The last revision of `model` that is served here; null where there is none yet.
  @Nullable Long followed(String model) {
    return followed.get(model);
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
