package io.slipway.serving.load;

import io.slipway.registry.Model;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.registry.Stage;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.run.Lease;
import io.slipway.serving.traffic.ServingTable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Handles calls for versions that are not loaded: a version named by number is loaded; otherwise
/// the registry tells why there is none. Runs off the caller's thread, a limited number at a time,
/// so that wrong names cannot flood the registry.
@Singleton
public final class OnDemand {
  private static final int AT_ONCE = 16;

  private final Registry registry;
  private final Reconciler reconciler;
  private final ServingTable table;
  private final Semaphore places = new Semaphore(AT_ONCE);

  @Inject
  OnDemand(Registry registry, Reconciler reconciler, ServingTable table) {
    this.registry = registry;
    this.reconciler = reconciler;
    this.table = table;
  }

  /// A lease of the version that [ServingTable#choose] gives once it is loaded, or an [Unserved]
  /// with the reason.
  ///
  /// @param key see [Choice#key]
  /// @param deadline [System#nanoTime] when the caller stops waiting
  public CompletableFuture<Lease> lease(
      String model, Selector selector, @Nullable String key, long deadline) {
    CompletableFuture<Lease> lease = new CompletableFuture<>();
    String missing =
        selector instanceof Selector.Version ? null : reconciler.missing(model, selector);
    if (missing != null) {
      lease.completeExceptionally(new Unserved.NotReady(missing, true));
    } else if (places.tryAcquire()) {
      Thread.ofVirtual()
          .name("slipway-demand")
          .start(
              () -> {
                try {
                  find(model, selector, key, deadline, lease);
                } catch (RuntimeException e) {
                  lease.completeExceptionally(e);
                } finally {
                  places.release();
                }
              });
    } else {
      lease.completeExceptionally(
          new Unserved.Overloaded("too many calls for versions that are not loaded"));
    }
    return lease;
  }

  private void find(
      String model,
      Selector selector,
      @Nullable String key,
      long deadline,
      CompletableFuture<Lease> lease) {
    try {
      switch (selector) {
        case Selector.Version(int number) -> {
          ModelVersion version = registry.find(model, number);
          if (!version.bundle()) {
            throw new Unserved.NotFound(version.unservable());
          }
          load(version, selector, key, deadline, lease);
        }
        case Selector.Stage(String stage) -> {
          Model found = registry.find(model);
          throw exists(stage, found)
              ? nothingPromoted(model, stage, found)
              : new Unserved.NotFound(model + " has no stage " + stage);
        }
        case Selector.Alias(String alias) -> {
          if (registry.find(model).aliases().containsKey(alias)) {
            throw new Unserved.NotReady(model + "@" + alias + " is being loaded", true);
          }
          throw new Unserved.NotFound(model + " has no alias " + alias);
        }
      }
    } catch (Refusal.NotFound e) {
      throw new Unserved.NotFound(message(e));
    } catch (Unserved e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Unserved.NotReady(
          selector + " of " + model + " is not loaded, and the registry cannot be reached");
    }
  }

  private static boolean exists(String stage, Model model) {
    return stage.equals(Stage.PRODUCTION)
        || stage.equals(Stage.STAGING)
        || model.policy().stages().contains(stage);
  }

  private static Unserved nothingPromoted(String model, String stage, Model found) {
    return found.stages().stream().map(Stage::name).anyMatch(stage::equals)
        ? new Unserved.NotReady(model + " is being loaded for " + stage, true)
        : new Unserved.NotReady("no version of " + model + " is promoted to " + stage, true);
  }

  private void load(
      ModelVersion version,
      Selector selector,
      @Nullable String key,
      long deadline,
      CompletableFuture<Lease> lease) {
    String model = version.model();
    reconciler
        .ask(version)
        .copy()
        .orTimeout(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
        .whenComplete(
            (_, failure) -> {
              Lease found = failure == null ? table.lease(model, selector, key) : null;
              if (found == null) {
                lease.completeExceptionally(new Unserved.NotReady(why(version, failure), true));
              } else if (!lease.complete(found)) {
                found.close();
              }
            });
  }

  private static String why(ModelVersion version, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String name = version.model() + "/" + version.number();
    return cause == null || cause instanceof TimeoutException
        ? name + " is being loaded"
        : name + " could not be loaded: " + message(cause);
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
