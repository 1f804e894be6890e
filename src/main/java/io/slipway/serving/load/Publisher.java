package io.slipway.serving.load;

import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Route;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.traffic.Served;
import io.slipway.serving.traffic.ServingTable;
import io.slipway.serving.traffic.TrafficSplit;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes the views of [SwapPolicy] to the [ServingTable], and knows the last one of each model.
/// Guarded by its owner.
final class Publisher {
  private static final Logger LOG = Logger.getLogger(Publisher.class);

  private final ServingTable table;
  private final VersionMap<Servable> loaded;
  private final Map<String, SwapPolicy.View> published = new HashMap<>();

  /// @param loaded the versions that a view may name
  Publisher(ServingTable table, VersionMap<Servable> loaded) {
    this.table = table;
    this.loaded = loaded;
  }

  /// @param view null where nothing of the model is served
  void publish(String model, SwapPolicy.@Nullable View view) {
    if (view == null) {
      table.publish(model, null);
      published.remove(model);
      return;
    }
    Map<Selector, TrafficSplit> routes = new HashMap<>();
    view.versions().forEach(n -> route(routes, new Selector.Version(n), model, n));
    view.pointers().forEach((selector, n) -> route(routes, selector, model, n));
    if (!view.pointers().equals(pointers(model))) {
      LOG.infof("serving model=%s %s", model, view.pointers());
    }
    table.publish(model, new Served(routes));
    published.put(model, view);
  }

  private void route(
      Map<Selector, TrafficSplit> routes, Selector selector, String model, int number) {
    Servable servable = loaded.get(new VersionId(model, number));
    if (servable != null) {
      routes.put(
          selector,
          new TrafficSplit.AllTo(
              new Route(servable, servable.meters().requests(ServingMetrics.stage(selector)))));
    }
  }

  /// Serves nothing any more.
  void clear() {
    table.clear();
    published.clear();
  }

  /// What is served of `model`; null where nothing is.
  SwapPolicy.@Nullable View view(String model) {
    return published.get(model);
  }

  /// The stages and aliases of `model` with the versions that they resolve to.
  Map<Selector, Integer> pointers(String model) {
    SwapPolicy.View view = published.get(model);
    return view == null ? Map.of() : view.pointers();
  }
}
