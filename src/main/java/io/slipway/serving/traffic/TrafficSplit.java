package io.slipway.serving.traffic;

import io.slipway.serving.run.Route;
import org.jspecify.annotations.Nullable;

/// The distribution of a selector's calls over versions. Immutable and stateless: the same key
/// gives the same version on every replica.
public sealed interface TrafficSplit {
  /// The route of one call.
  ///
  /// @param key the caller's routing key; null where it sends none
  Route choose(@Nullable String key);

  /// The route of the version that the selector names, which need not get all calls.
  Route named();

  /// Every call gets the one version that the selector points to.
  record AllTo(Route named) implements TrafficSplit {
    @Override
    public Route choose(@Nullable String key) {
      return named;
    }
  }
}
