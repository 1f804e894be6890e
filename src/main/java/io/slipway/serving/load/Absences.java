package io.slipway.serving.load;

import io.slipway.registry.Stage;
import io.slipway.registry.Wanted;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Servable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Says in sentences why versions that should be served are not. Guarded by its owner.
record Absences(
    DesiredState desired,
    VersionMap<Servable> loaded,
    VersionMap<CompletableFuture<Servable>> loading,
    Failures failures) {

  /// Whether every load for production was tried at least once.
  boolean allTried() {
    return desired.inProduction().stream()
        .allMatch(id -> loaded.contains(id) || failures.contains(id));
  }

  /// The versions in `of` that are not loaded and are in quarantine, or are not, with the reason.
  Map<String, String> of(Set<VersionId> of, boolean quarantined) {
    Map<String, String> absent = new LinkedHashMap<>();
    of.stream()
        .filter(id -> !loaded.contains(id) && failures.quarantined(id) == quarantined)
        .forEach(id -> absent.put(id.toString(), why(id)));
    return absent;
  }

  /// Every promoted version that is not loaded, with the reason.
  Map<VersionId, String> all() {
    Map<VersionId, String> absent = new LinkedHashMap<>();
    desired.promoted().stream()
        .filter(id -> !loaded.contains(id))
        .forEach(id -> absent.put(id, why(id)));
    return absent;
  }

  /// Why a version is not loaded.
  String why(VersionId id) {
    String failure = loading.contains(id) ? null : failures.message(id);
    if (failure != null && failures.quarantined(id)) {
      return id + " is not served: " + failure + remedy(id);
    }
    return failure == null
        ? id + " is being loaded"
        : id + " could not be loaded, retrying: " + failure;
  }

  /// The next part of a sentence about a version that is not served: what to do; empty where no
  /// stage points to it.
  String remedy(VersionId id) {
    StringBuilder remedy = new StringBuilder();
    Wanted model = desired.of(id.model());
    for (Stage stage : model == null ? List.<Stage>of() : model.stages()) {
      if (stage.version() == id.number()) {
        remedy
            .append("; ")
            .append(stage.name())
            .append(" points to it, and does not move by itself");
        Integer previous = stage.previous();
        if (previous != null && loaded.contains(new VersionId(id.model(), previous))) {
          remedy.append(": version ").append(previous).append(" is loaded, roll back to it");
        }
      }
    }
    return remedy.toString();
  }
}
