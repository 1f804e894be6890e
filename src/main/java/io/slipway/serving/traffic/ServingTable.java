package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.Route;
import io.slipway.serving.run.Servable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What can be predicted with now: one volatile reference to an immutable map. [Reconciler] is its
/// only writer and publishes a whole new map at once, so a reader sees either the old world or the
/// new one. A version is retired only after a map without it was published.
@Singleton
public final class ServingTable {
  private volatile Map<String, Served> models = Map.of();

  /// A lease of the version that `selector` points to now: one volatile read and one counter.
  ///
  /// @return null where nothing that `selector` points to is loaded
  public @Nullable Lease lease(String model, Selector selector) {
    while (true) {
      Route route = route(model, selector);
      if (route == null) {
        return null;
      }
      if (route.servable().lifetime().enter()) {
        return new Lease(route);
      }
      // Retired between the two steps: a newer map is there already.
      Thread.onSpinWait();
    }
  }

  /// The version that `selector` points to now, for what is known of it without running it: it may
  /// be retired at any time.
  public @Nullable Servable peek(String model, Selector selector) {
    Route route = route(model, selector);
    return route == null ? null : route.servable();
  }

  private @Nullable Route route(String model, Selector selector) {
    Served served = models.get(model);
    return served == null ? null : served.routes().get(selector);
  }

  /// Every selector that leads somewhere, by the number of its version; empty for an unknown model.
  public Map<Selector, Integer> pointers(String model) {
    Served served = models.get(model);
    if (served == null) {
      return Map.of();
    }
    return served.routes().entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, e -> e.getValue().servable().id().number()));
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
