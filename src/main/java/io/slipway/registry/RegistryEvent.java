package io.slipway.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something has changed, and the change is committed.
///
/// @param target the stage or the alias
/// @param previous the version that the pointer had before
/// @param revision of the model
public record RegistryEvent(
    Kind kind,
    String model,
    @Nullable Integer version,
    @Nullable String target,
    @Nullable Integer previous,
    long revision,
    Instant at,
    String actor) {

  /// What has happened.
  public enum Kind {
    REGISTERED,
    PROMOTED,
    ROLLED_BACK,
    ALIAS_MOVED,
    CHANGED,
    DELETED
  }
}
