package io.slipway.serving.load;

import io.slipway.onnx.OnnxRuntime;
import io.slipway.serving.VersionId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The state of serving, for health checks and the console.
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

  /// Whether this replica can take traffic: it serves what production needs, and is not shutting
  /// down. Other stages and versions in quarantine do not count, as one of them would take all
  /// models out of service.
  public boolean ready() {
    return started() && missing().isEmpty() && !stopping;
  }

  /// Whether the desired state was read, and every version in production was tried to load.
  public boolean started() {
    return reconciler.started();
  }

  /// The versions in production that should be loaded but are not, with the reason; without those
  /// in quarantine.
  public Map<String, String> missing() {
    return reconciler.unshown();
  }

  /// The promoted versions that are in quarantine, with the reason.
  public Map<String, String> quarantined() {
    return reconciler.quarantined();
  }

  /// Every promoted version that is not loaded, with the reason.
  public Map<VersionId, String> absent() {
    return reconciler.absent();
  }

  /// Why the last poll of the registry failed; null where it succeeded.
  public @Nullable String registryTrouble() {
    return watch.trouble();
  }

  /// Whether the process is shutting down.
  public boolean stopping() {
    return stopping;
  }

  /// Starts the shutdown: no further version is loaded; loaded ones are still served.
  ///
  /// @param timeout how long to wait for models that are being opened
  /// @return whether none is being opened any more
  public boolean stop(Duration timeout) {
    stopping = true;
    return OnnxRuntime.stopLoading(timeout);
  }
}
