package io.slipway.registry;

/// Prepares versions for serving, before a stage or an alias moves to them. An exception ends the
/// move, and nothing changes.
@FunctionalInterface
public interface Preparation {
  /// Prepares `version`, and keeps it ready until the move has ended. It may take long, so it is
  /// called outside of any transaction and lock.
  void prepare(ModelVersion version);

  /// Whether `version` is ready now; if so, it is kept ready until the move has ended. It returns
  /// at once and is called in the transaction of the move, so that a rollback to a loaded version
  /// is one transaction.
  default boolean ready(ModelVersion version) {
    return false;
  }
}
