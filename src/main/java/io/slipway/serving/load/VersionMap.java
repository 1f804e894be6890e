package io.slipway.serving.load;

import io.slipway.serving.VersionId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map by version that also finds the entries of one model, whatever the number of models.
/// Guarded by its owner.
final class VersionMap<V> {
  private final Map<String, Map<VersionId, V>> models = new HashMap<>();

  @Nullable V get(VersionId version) {
    return of(version.model()).get(version);
  }

  boolean contains(VersionId version) {
    return get(version) != null;
  }

  void put(VersionId version, V value) {
    models.computeIfAbsent(version.model(), _ -> new LinkedHashMap<>()).put(version, value);
  }

  /// @return the removed value; null where there was none
  @Nullable V remove(VersionId version) {
    Map<VersionId, V> of = models.get(version.model());
    V removed = of == null ? null : of.remove(version);
    tidy(version.model());
    return removed;
  }

  /// The entries of `model`, which must not be changed.
  Map<VersionId, V> of(String model) {
    return models.getOrDefault(model, Map.of());
  }

  /// Removes the entries of `model` that are not in `versions`.
  void keepOnly(String model, Set<VersionId> versions) {
    Map<VersionId, V> of = models.get(model);
    if (of != null) {
      of.keySet().retainAll(versions);
      tidy(model);
    }
  }

  private void tidy(String model) {
    if (of(model).isEmpty()) {
      models.remove(model);
    }
  }

  /// All versions, as they are now.
  List<VersionId> versions() {
    return models.values().stream().map(Map::keySet).flatMap(Collection::stream).toList();
  }
}
