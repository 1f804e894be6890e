package io.slipway.registry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A sign that the database was changed without the registry.
///
/// @param model the model that is concerned; null if the history itself is
/// @param target the stage, the alias, or the number of the version; null for others
public record AuditFinding(
    Code code, @Nullable String model, @Nullable String target, String message) {

  /// The kind of a finding.
  public enum Code {
    /// The hash chain is broken: an entry was changed, inserted, or removed from the middle.
    CHAIN_BROKEN,
    /// An entry that this replica knew is missing, or another one has its number.
    HEAD_LOST,
    /// The newest entry of a model has another revision than the model.
    REVISION_DIFFERS,
    /// A stage is not where its last move has put it.
    STAGE_DIFFERS,
    /// An alias is not where its last move has put it.
    ALIAS_DIFFERS,
    /// A version has another digest than when it was registered.
    VERSION_DIFFERS;

    /// The name in JSON, such as `head_lost`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
