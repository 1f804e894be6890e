package io.slipway.serving.load;

import io.slipway.bundle.InvalidBundle;
import io.slipway.registry.AliasChange;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Preparation;
import io.slipway.registry.Promotion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.Rollback;
import io.slipway.registry.StageMoved;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.ServingMetrics;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Moves stages and aliases together with their traffic. The version is loaded and warmed up before
/// the registry commits the move; the serving table is swapped right after, in one step. The
/// previous version stays loaded, so that a rollback loads nothing. Blocks while loading.
@Singleton
public final class Promotions {
  private static final Logger LOG = Logger.getLogger(Promotions.class);

  private final Registry registry;
  private final Reconciler reconciler;
  private final ServingMetrics metrics;
  private final Duration timeout;

  @Inject
  Promotions(
      Registry registry, Reconciler reconciler, ServingMetrics metrics, ServingConfig config) {
    this.registry = registry;
    this.reconciler = reconciler;
    this.metrics = metrics;
    this.timeout = config.loadTimeout();
  }

  /// A committed move that this replica serves.
  ///
  /// @param activatedIn the time from the call to the swap
  public record Activated(StageMoved move, Duration activatedIn) {}

  /// Points a stage to a version.
  ///
  /// @throws io.slipway.registry.Refusal where the registry refuses; nothing has changed
  /// @throws InvalidBundle where the version does not reproduce its examples here
  /// @throws Unserved.NotReady where it cannot be loaded
  public Activated promote(Promotion promotion) {
    return move("promote", hold -> registry.promote(promotion, hold));
  }

  /// Undoes the last move of a stage, or returns to an earlier version; throws as [#promote].
  public Activated rollback(Rollback rollback) {
    return move("rollback", hold -> registry.rollback(rollback, hold));
  }

  /// Points an alias to a version, which is loaded first, or removes the alias; throws as
  /// [#promote].
  public AliasMoved alias(AliasChange change) {
    try (Hold hold = new Hold()) {
      AliasMoved move = registry.alias(change, hold);
      reconciler.moved(move, hold.of(move.version()));
      return move;
    }
  }

  private Activated move(String action, Function<Preparation, StageMoved> commit) {
    long begun = System.nanoTime();
    try (Hold hold = new Hold()) {
      StageMoved move = commit.apply(hold);
      ModelVersion version = hold.of(move.version());
      if (version != null) {
        reconciler.moved(move, version);
      }
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
    }
  }

  /// The versions that one move keeps loaded until it has ended.
  private final class Hold implements Preparation, AutoCloseable {
    private final List<ModelVersion> held = new ArrayList<>(1);

    @Override
    public boolean ready(ModelVersion version) {
      boolean ready = reconciler.holdLoaded(version);
      if (ready) {
        held.add(version);
      }
      return ready;
    }

    @Override
    public void prepare(ModelVersion version) {
      held.add(version);
      load(version);
    }

    @Nullable ModelVersion of(@Nullable Integer number) {
      return held.stream()
          .filter(version -> Integer.valueOf(version.number()).equals(number))
          .findFirst()
          .orElse(null);
    }

    @Override
    public void close() {
      held.forEach(v -> reconciler.release(new VersionId(v.model(), v.number())));
    }
  }

  private void load(ModelVersion version) {
    String name = version.model() + "/" + version.number();
    try {
      reconciler.hold(version).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidBundle invalid) {
        throw invalid;
      }
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
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
