package io.slipway.openinference;

import io.slipway.door.Leases;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.load.ServingState;
import io.slipway.serving.run.Lease;
import io.slipway.serving.traffic.ServingTable;
import io.vertx.core.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The model repository extension. Versions are loaded by promotion only, so load and unload change
/// nothing: they confirm the state, or refuse with the reason.
@Singleton
final class Repository {
  private final ServingTable table;
  private final ServingState state;
  private final Leases leases;

  @Inject
  Repository(ServingTable table, ServingState state, Leases leases) {
    this.table = table;
    this.state = state;
    this.leases = leases;
  }

  /// A version in the index.
  ///
  /// @param reason why it is not ready; empty where it is
  record Entry(String model, String version, boolean ready, String reason) {
    String state() {
      return ready ? "READY" : "UNAVAILABLE";
    }
  }

  /// The loaded versions, and those that should be loaded.
  ///
  /// @param onlyReady excludes the latter
  List<Entry> index(boolean onlyReady) {
    List<Entry> index = new ArrayList<>();
    for (String model : table.models()) {
      for (int number : versions(model)) {
        index.add(new Entry(model, Integer.toString(number), true, ""));
      }
    }
    if (!onlyReady) {
      for (Map.Entry<VersionId, String> missing : state.absent().entrySet()) {
        VersionId id = missing.getKey();
        index.add(new Entry(id.model(), Integer.toString(id.number()), false, missing.getValue()));
      }
    }
    return index;
  }

  /// The numbers of the loaded versions of `model`.
  TreeSet<Integer> versions(String model) {
    return new TreeSet<>(table.pointers(model).values());
  }

  /// Calls `loaded` if the version in production is loaded; otherwise reports why not.
  void load(
      Context context,
      String model,
      long deadline,
      Runnable loaded,
      Consumer<RuntimeException> refused) {
    leases.lease(
        context,
        model,
        Selector.PRODUCTION,
        deadline,
        lease -> {
          lease.close();
          loaded.run();
        },
        why ->
            refused.accept(
                why instanceof Unserved.NotReady
                    ? new NotAllowed(
                        why.getMessage()
                            + ": a version is loaded when it is promoted, by PUT /api/v1/models/"
                            + model
                            + "/stages/production")
                    : why));
  }

  /// Calls `unloaded` if no version of `model` is loaded; otherwise reports why not.
  void unload(
      Context context,
      String model,
      long deadline,
      Runnable unloaded,
      Consumer<RuntimeException> refused) {
    leases.lease(
        context,
        model,
        Selector.PRODUCTION,
        deadline,
        lease -> refused.accept(inUse(lease)),
        why -> {
          if (why instanceof Unserved.NotReady && versions(model).isEmpty()) {
            unloaded.run();
          } else if (why instanceof Unserved.NotReady) {
            refused.accept(
                new NotAllowed(
                    model + " is in use: a stage or an alias points to a version of it"));
          } else {
            refused.accept(why);
          }
        });
  }

  /// The refusal of a load with parameters.
  static NotAllowed noParameters() {
    return new NotAllowed(
        "models are published by POST /api/v1/models/{model}/versions, not by parameters"
            + " of load");
  }

  private static NotAllowed inUse(Lease lease) {
    try (lease) {
      return new NotAllowed(
          lease.servable().id()
              + " is in production: a promoted version stays loaded until another one is"
              + " promoted or the stage is cleared");
    }
  }
}
