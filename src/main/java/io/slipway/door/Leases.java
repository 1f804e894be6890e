package io.slipway.door;

import io.slipway.bundle.Manifest;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.load.OnDemand;
import io.slipway.serving.run.Lease;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives leases of versions for requests other than predictions; loads a version where needed.
@Singleton
public final class Leases {
  private final ServingTable table;
  private final OnDemand onDemand;

  @Inject
  Leases(ServingTable table, OnDemand onDemand) {
    this.table = table;
    this.onDemand = onDemand;
  }

  /// The selector for a protocol with one field for the version: a number, a stage or an alias;
  /// null or empty means production.
  ///
  /// @throws Unserved.NotFound where `version` cannot be any of these
  public Selector selector(String model, @Nullable String version) {
    if (version == null || version.isEmpty()) {
      return Selector.PRODUCTION;
    }
    if (version.chars().allMatch(c -> c >= '0' && c <= '9')) {
      if (version.length() > 9) {
        throw new Unserved.NotFound(model + " has no version " + version);
      }
      return new Selector.Version(Integer.parseInt(version));
    }
    Selector.Stage stage = new Selector.Stage(version);
    boolean known =
        stage.equals(Selector.PRODUCTION)
            || stage.name().equals("staging")
            || table.peek(model, stage) != null;
    return known ? stage : new Selector.Alias(version);
  }

  /// Passes a lease to `next`, which must close it, or the reason why there is none to `refused`;
  /// on `context`. Not for predictions: [Predictions] chooses their version.
  ///
  /// @param deadline [System#nanoTime] when the caller stops waiting
  public void lease(
      Context context,
      String model,
      Selector selector,
      long deadline,
      Consumer<Lease> next,
      Consumer<RuntimeException> refused) {
    Lease there = table.lease(model, selector);
    if (there != null) {
      next.accept(there);
    } else {
      fetch(context, model, selector, null, deadline, next, refused);
    }
  }

  /// As [#lease], for a version that is not loaded yet.
  ///
  /// @param key see [io.slipway.serving.run.Choice#key]
  void fetch(
      Context context,
      String model,
      Selector selector,
      @Nullable String key,
      long deadline,
      Consumer<Lease> next,
      Consumer<RuntimeException> refused) {
    if (!Manifest.MODEL_NAME.matcher(model).matches()) {
      refused.accept(new Unserved.NotFound("model " + model + " does not exist"));
      return;
    }
    onDemand
        .lease(model, selector, key, deadline)
        .whenComplete(
            (lease, failure) ->
                context.runOnContext(
                    _ -> {
                      if (failure == null) {
                        next.accept(lease);
                      } else {
                        refused.accept(unwrapped(failure));
                      }
                    }));
  }

  private static RuntimeException unwrapped(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
