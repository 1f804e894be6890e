package io.slipway.serving.traffic;

import io.slipway.serving.Selector;
import java.util.Map;

/// The versions of one model that can be called now.
///
/// @param ways by stage, alias and number; includes every version under its number
public record Served(Map<Selector, TrafficSplit> ways) {
  public Served {
    ways = Map.copyOf(ways);
  }
}
