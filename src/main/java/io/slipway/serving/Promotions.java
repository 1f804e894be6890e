package io.slipway.serving;

import io.slipway.bundle.InvalidBundle;
import io.slipway.registry.AliasChange;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Promotion;
import io.slipway.registry.Registry;
import io.slipway.registry.Rollback;
import io.slipway.registry.StageMoved;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Moves a stage, and traffic with it: the version is loaded and warm before the registry commits
/// the move, and the table is swapped right after, in one step. The predecessor stays loaded, so
/// that a rollback loads nothing. Blocks its caller while it loads.
@Singleton
public final class Promotions {
  private static final Logger LOG = Logger.getLogger(Promotions.class);

  private final Registry registry;
  private final Reconciler reconciler;
  private final RegistryWatch watch;
  private final ServingMetrics metrics;
  private final Duration patience;

  @Inject
  Promotions(
      Registry registry,
      Reconciler reconciler,
      RegistryWatch watch,
      ServingMetrics metrics,
      ServingConfig config) {
    this.registry = registry;
    this.reconciler = reconciler;
    this.watch = watch;
    this.metrics = metrics;
    this.patience = config.loadTimeout();
  }

  /// A committed move that traffic follows.
  ///
  /// @param activatedIn from the call to the swap
  public record Activated(StageMoved move, Duration activatedIn) {}

  /// Points a stage to a version.
  ///
  /// @throws io.slipway.registry.Refusal where the registry refuses; nothing has changed
  /// @throws InvalidBundle where the version does not reproduce its examples here
  /// @throws Unserved.NotReady where it can't be loaded
  public Activated promote(Promotion promotion) {
    return move("promote", prepare -> registry.promote(promotion, prepare));
  }

  /// Undoes the last move of a stage, or goes back to an earlier holder; throws as [#promote].
  public Activated rollback(Rollback rollback) {
    return move("rollback", prepare -> registry.rollback(rollback, prepare));
  }

  /// Points an alias to a version, which is loaded before, or removes it; throws as [#promote].
  public AliasMoved alias(AliasChange change) {
    List<ModelVersion> held = new ArrayList<>(1);
    try {
      AliasMoved move = registry.alias(change, version -> prepare(version, held));
      reconciler.moved(
          move,
          held.stream()
              .filter(version -> Integer.valueOf(version.number()).equals(move.version()))
              .findFirst()
              .orElse(null));
      return move;
    } finally {
      release(held);
    }
  }

  private Activated move(String action, Function<Consumer<ModelVersion>, StageMoved> commit) {
    long begun = System.nanoTime();
    List<ModelVersion> held = new ArrayList<>(1);
    try {
      StageMoved move = commit.apply(version -> prepare(version, held));
      held.stream()
          .filter(version -> version.number() == move.version())
          .findFirst()
          .ifPresent(version -> reconciler.moved(move, version));
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      if (move.moved()) {
        metrics.moved(action, took);
        LOG.infof(
            "%s model=%s stage=%s version=%d previous=%s revision=%d in %d ms",
            action,
            move.model(),
            move.stage(),
            move.version(),
            move.previous(),
            move.revision(),
            took.toMillis());
      }
      return new Activated(move, took);
    } finally {
      release(held);
    }
  }

  private void release(List<ModelVersion> held) {
    held.forEach(v -> reconciler.release(new VersionId(v.model(), v.number())));
    watch.wake();
  }

  /// Loads and warms `version`, and keeps it at least until it is released.
  private void prepare(ModelVersion version, List<ModelVersion> held) {
    held.add(version);
    String name = version.model() + "/" + version.number();
    try {
      reconciler.hold(version).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidBundle invalid) {
        throw invalid;
      }
      throw new Unserved.NotReady(name + " could not be loaded: " + e.getMessage());
    } catch (TimeoutException e) {
      throw new Unserved.NotReady(name + " is still being loaded");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unserved.NotReady("interrupted while loading " + name);
    }
  }
}
