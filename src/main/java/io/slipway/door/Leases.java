package io.slipway.door;

import io.slipway.bundle.Manifest;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.load.OnDemand;
import io.slipway.serving.run.Lease;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Leases for requests: at once where the version is loaded, else on demand.
@Singleton
public final class Leases {
  private final ServingTable table;
  private final OnDemand onDemand;
  private final ServingMetrics metrics;

  @Inject
  Leases(ServingTable table, OnDemand onDemand, ServingMetrics metrics) {
    this.table = table;
    this.onDemand = onDemand;
    this.metrics = metrics;
  }

  /// What a caller means who has one place to name a version: its number, a stage or an alias; null
  /// or nothing is production.
  ///
  /// @throws Unserved.NotFound where no version can be called so
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

  /// Gives a lease to `next`, which closes it, or tells `refused` why there is none; on `context`.
  ///
  /// @param deadline [System#nanoTime] after which nobody waits
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
      fetch(context, model, selector, deadline, next, refused);
    }
  }

  /// As [#lease], for a call for predictions: one that gets none is counted.
  public void leaseForCall(
      Context context,
      String model,
      Selector selector,
      long deadline,
      Consumer<Lease> next,
      Consumer<RuntimeException> refused) {
    Lease there = table.lease(model, selector);
    if (there != null) {
      next.accept(there);
      return;
    }
    fetch(
        context,
        model,
        selector,
        deadline,
        next,
        why -> {
          metrics.refused(null, selector, why);
          refused.accept(why);
        });
  }

  /// Counts a call for predictions that is refused for what it says of itself, unread.
  public void refused(String model, Selector selector, RuntimeException why) {
    metrics.refused(table.peek(model, selector), selector, why);
  }

  private void fetch(
      Context context,
      String model,
      Selector selector,
      long deadline,
      Consumer<Lease> next,
      Consumer<RuntimeException> refused) {
    if (!Manifest.MODEL_NAME.matcher(model).matches()) {
      refused.accept(new Unserved.NotFound("there is no such model"));
      return;
    }
    onDemand
        .lease(model, selector, deadline)
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
