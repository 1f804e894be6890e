package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import io.slipway.serving.run.Choice;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The versions that can be called now: one volatile reference to an immutable map. The reconciler
/// is its only writer. It replaces the map to change a model, so a reader sees either the model's
/// old state or the new one. A version is retired only after a map without it is published.
///
/// The version of every call is decided here and nowhere else.
@Singleton
public final class ServingTable {
  private volatile Map<String, Served> models = Map.of();

  /// Chooses the version of one call: one volatile read.
  ///
  /// @param key see [Choice#key]
  public Choice choose(String model, Selector selector, @Nullable String key) {
    Map<String, Served> now = models;
    TrafficSplit split = split(now, model, selector);
    return new Choice(model, selector, key, split == null ? null : split.choose(key), now);
  }

  /// A lease of the chosen version: one increment of a counter.
  ///
  /// @return null where no version was chosen, or where traffic was moved since: the choice is then
  ///     void and must be made again
  public @Nullable Lease lease(Choice choice) {
    return choice.table() == models ? Lease.of(choice) : null;
  }

  /// Chooses a version and leases it.
  ///
  /// @return null where no version for `selector` is loaded
  public @Nullable Lease lease(String model, Selector selector, @Nullable String key) {
    while (true) {
      Choice choice = choose(model, selector, key);
      if (choice.route() == null) {
        return null;
      }
      Lease lease = Lease.of(choice);
      if (lease != null) {
        return lease;
      }
      // Retired between the two steps: a newer map is already published.
      Thread.onSpinWait();
    }
  }

  /// As [#lease(String, Selector, String)], without a routing key.
  public @Nullable Lease lease(String model, Selector selector) {
    return lease(model, selector, null);
  }

  /// The version that `selector` resolves to now, for reading its description. It is not leased and
  /// may be retired at any time.
  public @Nullable Servable peek(String model, Selector selector) {
    TrafficSplit split = split(models, model, selector);
    return split == null ? null : split.named().servable();
  }

  private static @Nullable TrafficSplit split(
      Map<String, Served> models, String model, Selector selector) {
    Served served = models.get(model);
    return served == null ? null : served.ways().get(selector);
  }

  /// Every stage, alias and number that resolves, with the version; empty for an unknown model.
  public Map<Selector, Integer> pointers(String model) {
    Served served = models.get(model);
    if (served == null) {
      return Map.of();
    }
    return served.ways().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, e -> e.getValue().named().servable().id().number()));
  }

  /// The models with at least one loaded version, by name.
  public List<String> models() {
    return List.copyOf(new TreeSet<>(models.keySet()));
  }

  /// Replaces what is served of one model; for the reconciler only.
  ///
  /// @param served null where nothing is
  public void publish(String model, @Nullable Served served) {
    Map<String, Served> next = new HashMap<>(models);
    if (served == null) {
      next.remove(model);
    } else {
      next.put(model, served);
    }
    models = Map.copyOf(next);
  }

  /// Serves nothing any more; for the reconciler only.
  public void clear() {
    models = Map.of();
  }
}
