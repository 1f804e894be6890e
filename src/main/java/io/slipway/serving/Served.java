package io.slipway.serving;

import java.util.Map;

/// What of one model can be predicted with now.
///
/// @param routes by stage, alias and number; every version under its number
record Served(Map<Selector, Route> routes) {
  Served {
    routes = Map.copyOf(routes);
  }
}
