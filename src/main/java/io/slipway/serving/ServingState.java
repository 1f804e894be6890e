package io.slipway.serving;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How serving stands, for those who watch the process.
@Singleton
public final class ServingState {
  private final Reconciler reconciler;
  private final RegistryWatch watch;
  private volatile boolean stopping;

  @Inject
  ServingState(Reconciler reconciler, RegistryWatch watch) {
    this.reconciler = reconciler;
    this.watch = watch;
  }

  /// Whether what is wanted was asked once, and everything promoted was tried to load.
  public boolean started() {
    return reconciler.started();
  }

  /// The promoted versions that are not loaded, with the reason.
  public Map<String, String> missing() {
    return reconciler.unshown();
  }

  /// Why the registry could not be asked the last time; null where it could.
  public @Nullable String registryTrouble() {
    return watch.trouble();
  }

  /// Whether the process is on its way out.
  public boolean stopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }
}
