package io.slipway.serving.run;

import io.slipway.serving.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which version one call gets, and what was asked for. It is made once for each call, before the
/// body is read, and whatever must be known of the version until then is asked of it. It holds no
/// version open: the lease that is taken on it, when the body has come, does.
///
/// @param key what the caller wants to be told apart by, where a selector leads to several versions
/// @param route null where nothing that `selector` leads to is loaded
/// @param table the state of the table that it was made from; it holds as long as that is the
///     present one
public record Choice(
    String model, Selector selector, @Nullable String key, @Nullable Route route, Object table) {

  /// The version that was chosen; null where there was none to choose.
  public @Nullable Servable servable() {
    return route == null ? null : route.servable();
  }

  /// The version that was chosen.
  ///
  /// @throws NullPointerException where there was none to choose
  public Servable chosen() {
    return Objects.requireNonNull(route).servable();
  }
}
