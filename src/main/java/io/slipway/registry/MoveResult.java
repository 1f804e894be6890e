package io.slipway.registry;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/// The result of a move's transaction.
///
/// @param <T> what a completed move returns
sealed interface MoveResult<T> {
  record Done<T>(T value) implements MoveResult<T> {}

  /// Nothing was written, because the version must be prepared first.
  record Cold<T>(ModelVersion version) implements MoveResult<T> {}

  /// Commits a move. If its version is not ready, prepares the version outside of any transaction
  /// and lock, and commits again.
  ///
  /// @param commit receives a test whether a version is ready; each call has its own transaction
  /// @param meanwhile the error message if the move leads to another version after the
  ///     preparation
  /// @throws Refusal.Conflict in that case
  static <T> T of(
      Preparation preparation,
      String meanwhile,
      Function<Predicate<ModelVersion>, MoveResult<T>> commit) {
    CallDeadline deadline = CallDeadline.current();
    MoveResult<T> outcome =
        deadline.within(() -> Transactions.call(() -> commit.apply(preparation::ready)));
    if (outcome instanceof Cold<T>(ModelVersion cold)) {
      long begun = System.nanoTime();
      preparation.prepare(cold);
      deadline.extend(Duration.ofNanos(System.nanoTime() - begun));
      outcome = deadline.within(() -> Transactions.call(() -> commit.apply(cold::same)));
    }
    return switch (outcome) {
      case Done<T>(T value) -> value;
      case Cold<T> _ -> throw new Refusal.Conflict(meanwhile + "; check its state and try again");
    };
  }
}
