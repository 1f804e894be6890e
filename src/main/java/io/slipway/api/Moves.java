package io.slipway.api;

import io.slipway.registry.AliasChange;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.registry.Rollback;
import io.slipway.registry.StageMoved;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/// Moves of pointers, timed.
@ApplicationScoped
class Moves {
  private final Registry registry;

  Moves(Registry registry) {
    this.registry = registry;
  }

  Timed promote(Promotion promotion) {
    return timed(() -> registry.promote(promotion, version -> {}));
  }

  Timed rollback(Rollback rollback) {
    return timed(() -> registry.rollback(rollback, version -> {}));
  }

  AliasMoved alias(AliasChange change) {
    return registry.alias(change, version -> {});
  }

  private static Timed timed(Supplier<StageMoved> move) {
    long begun = System.nanoTime();
    StageMoved moved = move.get();
    return new Timed(moved, Duration.ofNanos(System.nanoTime() - begun));
  }

  /// @param activatedIn from the call to the swap
  record Timed(StageMoved move, Duration activatedIn) {}
}
