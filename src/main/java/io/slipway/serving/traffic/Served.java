package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import java.util.Map;

/// What of one model can be predicted with now.
///
/// @param ways by stage, alias and number; every version under its number
public record Served(Map<Selector, TrafficSplit> ways) {
  public Served {
    ways = Map.copyOf(ways);
  }
}
