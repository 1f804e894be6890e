package io.slipway.registry;

/// Makes versions ready to serve, before a pointer moves to them. What it throws ends the move, and
/// nothing has changed.
@FunctionalInterface
public interface Preparation {
  /// Makes `version` ready, and keeps it so until the move has ended. May take its time: called
  /// outside of any transaction and lock.
  void prepare(ModelVersion version);

  /// Whether `version` is ready without further work, and is kept so until the move has ended.
  /// Answers at once: called in the transaction of the move, so that going back to a version that
  /// is still warm is one transaction.
  default boolean ready(ModelVersion version) {
    return false;
  }
}
