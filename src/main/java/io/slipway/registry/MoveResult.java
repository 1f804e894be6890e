package io.slipway.registry;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/// How the transaction of a move has ended.
///
/// @param <T> what a move gives
sealed interface MoveResult<T> {
  record Done<T>(T value) implements MoveResult<T> {}

  /// Nothing was written: the version is to be prepared first.
  record Cold<T>(ModelVersion version) implements MoveResult<T> {}

  /// Commits a move; where its version is not ready, prepares that outside of any transaction and
  /// lock, and commits again.
  ///
  /// @param commit is told which versions are ready; each call in a transaction of its own
  /// @param meanwhile what has happened where the move leads elsewhere after the preparation
  /// @throws Refusal.Conflict then
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
      outcome =
          deadline
              .later(Duration.ofNanos(System.nanoTime() - begun))
              .within(() -> Transactions.call(() -> commit.apply(cold::same)));
    }
    return switch (outcome) {
      case Done<T>(T value) -> value;
      case Cold<T> _ -> throw new Refusal.Conflict(meanwhile + "; look at it and try again");
    };
  }
}
