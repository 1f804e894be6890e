package io.slipway.serving.run;

import io.slipway.serving.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The version chosen for one call, with the request that led to it. Made once per call, before the
/// body is read; checks before that use this version. It does not keep the version open: the lease
/// does, which is taken when the body has arrived.
///
/// @param key the caller's routing key, where a selector splits traffic among several versions
/// @param route null where no version for `selector` is loaded
/// @param table the state of the serving table that it was made from; the choice is valid while
///     that is the current one
public record Choice(
    String model, Selector selector, @Nullable String key, @Nullable Route route, Object table) {

  /// The chosen version; null where there was none to choose.
  public @Nullable Servable servable() {
    return route == null ? null : route.servable();
  }

  /// The chosen version.
  ///
  /// @throws NullPointerException where there was none to choose
  public Servable chosen() {
    return Objects.requireNonNull(route).servable();
  }
}
