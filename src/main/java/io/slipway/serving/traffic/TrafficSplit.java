package io.slipway.serving.traffic;

import io.slipway.serving.run.Route;
import org.jspecify.annotations.Nullable;

/// How the calls that come by one selector are shared among versions. Immutable, and without a
/// state of its own: the same key gives the same version, on every replica.
public sealed interface TrafficSplit {
  /// The way of one call.
  ///
  /// @param key what the caller wants to be told apart by; null where he does not say
  Route choose(@Nullable String key);

  /// The way to the version that the selector names, which may not be what every call gets.
  Route named();

  /// Every call gets the one version that the selector points to.
  record AllTo(Route named) implements TrafficSplit {
    @Override
    public Route choose(@Nullable String key) {
      return named;
    }
  }
}
