package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import io.slipway.serving.run.Route;
import java.util.Map;

/// What of one model can be predicted with now.
///
/// @param routes by stage, alias and number; every version under its number
public record Served(Map<Selector, Route> routes) {
  public Served {
    routes = Map.copyOf(routes);
  }
}
