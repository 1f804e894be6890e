package io.slipway.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A committed change of the registry.
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

  /// The kind of a change.
  public enum Kind {
    REGISTERED,
    PROMOTED,
    ROLLED_BACK,
    ALIAS_MOVED,
    CHANGED,
    DELETED;

    /// The name in JSON, such as `rolled_back`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The event as JSON, the same wherever events are delivered.
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

  /// The event for an entry of the history; null if the entry is not an event of a model.
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

  /// Null for an unknown action: a later release may write some.
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
