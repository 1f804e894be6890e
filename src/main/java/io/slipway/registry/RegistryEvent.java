package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
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
    DELETED;

    /// Such as `rolled_back`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// As everybody is told of it who listens, by whatever way.
  public ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", kind.label())
        .put("model", model)
        .put("version", version)
        .put("target", target)
        .put("previous", previous)
        .put("revision", revision)
        .put("at", at.toString())
        .put("actor", actor);
  }

  /// What an entry of the history tells of a model; null where that is nothing.
  public static @Nullable RegistryEvent of(AuditEntry entry) {
    Kind kind = kind(entry.action());
    if (kind == null || entry.model() == null || entry.revision() == null) {
      return null;
    }
    boolean pointer =
        switch (kind) {
          case PROMOTED, ROLLED_BACK, ALIAS_MOVED -> true;
          case REGISTERED, CHANGED, DELETED -> false;
        };
    return new RegistryEvent(
        kind,
        entry.model(),
        entry.version(),
        entry.target(),
        pointer && entry.from() != null ? Integer.valueOf(entry.from()) : null,
        entry.revision(),
        entry.at(),
        entry.actor());
  }

  /// A later release may write actions that this one does not know.
  private static @Nullable Kind kind(String action) {
    return switch (action) {
      case "version.registered" -> Kind.REGISTERED;
      case "stage.promoted" -> Kind.PROMOTED;
      case "stage.rolled_back" -> Kind.ROLLED_BACK;
      case "alias.moved", "alias.removed" -> Kind.ALIAS_MOVED;
      case "model.changed", "version.changed" -> Kind.CHANGED;
      case "model.deleted", "version.deleted" -> Kind.DELETED;
      default -> null;
    };
  }
}
