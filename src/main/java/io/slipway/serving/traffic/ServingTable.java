package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import io.slipway.serving.run.Choice;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Servable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What can be predicted with now: one volatile reference to an immutable map. The reconciler is
/// its only writer and publishes a whole new map at once, so a reader sees either the old world or
/// the new one. A version is retired only after a map without it was published.
///
/// Here, and nowhere else, is decided which version a call gets.
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

  /// A lease of what was chosen: one counter.
  ///
  /// @return null where nothing was chosen, or where traffic was moved since: then the choice is
  ///     void, and another is to be made
  public @Nullable Lease lease(Choice choice) {
    return choice.table() == models ? Lease.of(choice) : null;
  }

  /// Chooses, and gives a lease of what was chosen.
  ///
  /// @return null where nothing that `selector` leads to is loaded
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
      // Retired between the two steps: a newer map is there already.
      Thread.onSpinWait();
    }
  }

  /// As [#lease(String, Selector, String)], for whoever has no key.
  public @Nullable Lease lease(String model, Selector selector) {
    return lease(model, selector, null);
  }

  /// The version that `selector` names now, for what is known of it without running it: it may be
  /// retired at any time, and is no choice.
  public @Nullable Servable peek(String model, Selector selector) {
    TrafficSplit split = split(models, model, selector);
    return split == null ? null : split.named().servable();
  }

  private static @Nullable TrafficSplit split(
      Map<String, Served> models, String model, Selector selector) {
    Served served = models.get(model);
    return served == null ? null : served.ways().get(selector);
  }

  /// Every selector that leads somewhere, by the number of its version; empty for an unknown model.
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

  /// The models with anything loaded, by name.
  public List<String> models() {
    return List.copyOf(new TreeSet<>(models.keySet()));
  }

  /// For the reconciler alone.
  public void publish(Map<String, Served> next) {
    models = Map.copyOf(next);
  }
}
