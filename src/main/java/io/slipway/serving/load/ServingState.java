package io.slipway.serving.load;

import io.slipway.onnx.OnnxRuntime;
import io.slipway.serving.VersionId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
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

  /// The promoted versions that are not loaded and should be, with the reason.
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

  /// Why the registry could not be asked the last time; null where it could.
  public @Nullable String registryTrouble() {
    return watch.trouble();
  }

  /// Whether the process is on its way out.
  public boolean stopping() {
    return stopping;
  }

  /// The process is on its way out: no version is loaded any more, what is loaded is served on.
  ///
  /// @param timeout how long to wait for the models that are being opened
  /// @return whether none is being opened any more
  public boolean stop(Duration timeout) {
    stopping = true;
    return OnnxRuntime.stopLoading(timeout);
  }
}
