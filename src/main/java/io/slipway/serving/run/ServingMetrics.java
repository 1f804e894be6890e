package io.slipway.serving.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.slipway.bundle.InputSchema;
import io.slipway.serving.RequestEnd;
import io.slipway.serving.Selector;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The metrics of serving; names and labels are listed in `docs/reference/metrics.md`. Label values
/// come from closed sets; models and versions beyond a limit are counted as `_other`.
@Singleton
public final class ServingMetrics implements Observer {
  static final String OTHER = "_other";
  private static final int MODELS = 200;
  private static final int VERSIONS = 5;

  /// The buckets for loads and stage changes, in seconds.
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private final MeterRegistry registry;
  private final GaugeRows loaded;
  private final GaugeRows memory;
  private final GaugeRows stages;
  private final GaugeRows staged;
  private final GaugeRows revisions;

  /// The label sets in use.
  private final Map<VersionId, Shared> labelled = new HashMap<>();

  private final Map<String, List<Gauge>> lanes = new HashMap<>();

  private record Shared(VersionMeters meters, int users) {}

  @Inject
  public ServingMetrics(MeterRegistry registry) {
    this.registry = registry;
    loaded =
        gauge("slipway.model.loaded", "1 where a version is loaded, 0 where it should be", null);
    memory = gauge("slipway.model.memory", "Estimated memory of a loaded version", "bytes");
    stages = gauge("slipway.stage.info", "The version that a stage points to", null);
    staged =
        gauge(
            "slipway.stage.loaded",
            "1 where the version of a stage is loaded, 0 where it is not",
            null);
    revisions =
        gauge("slipway.stage.revision", "The revision of a model that is served here", null);
  }

  private GaugeRows gauge(String name, String description, @Nullable String unit) {
    return new GaugeRows(registry, name, description, unit);
  }

  static Counter requests(MeterRegistry registry, Tags tags, String stage, RequestEnd end) {
    return Counter.builder("slipway.predict.requests")
        .description("Predict requests by outcome")
        .tags(tags.and("stage", stage, "outcome", end.label()))
        .register(registry);
  }

  /// The meters of `version`; to be returned with [#back].
  public synchronized VersionMeters take(VersionId version, InputSchema input) {
    VersionId label = capped(version);
    Shared shared = labelled.get(label);
    VersionMeters meters =
        shared == null ? new VersionMeters(registry, label, tags(label), input) : shared.meters();
    labelled.put(label, new Shared(meters, shared == null ? 1 : shared.users() + 1));
    return meters;
  }

  /// Returns the meters; they are removed with their last user.
  public synchronized void back(VersionMeters meters) {
    Shared shared = labelled.get(meters.label());
    if (shared == null) {
      return;
    }
    if (shared.users() > 1) {
      labelled.put(meters.label(), new Shared(meters, shared.users() - 1));
    } else {
      labelled.remove(meters.label());
      meters.remove();
    }
  }

  private VersionId capped(VersionId version) {
    if (labelled.containsKey(version)) {
      return version;
    }
    Set<String> models = new HashSet<>();
    int versions = 0;
    for (VersionId label : labelled.keySet()) {
      models.add(label.model());
      versions += label.model().equals(version.model()) ? 1 : 0;
    }
    boolean fits = models.contains(version.model()) || models.size() < MODELS;
    return fits && versions < VERSIONS ? version : new VersionId(OTHER, 0);
  }

  private static Tags tags(VersionId label) {
    return Tags.of(
        "model",
        label.model(),
        "version",
        label.model().equals(OTHER) ? OTHER : Integer.toString(label.number()));
  }

  @Override
  public void ended(Outcome outcome) {
    Route route = outcome.choice().route();
    if (route == null) {
      unchosen(outcome);
      return;
    }
    VersionMeters meters = route.servable().meters();
    switch (outcome) {
      case Outcome.Answered answered -> meters.served(answered);
      case Outcome.Refused refused -> meters.refused(refused);
    }
    route.counters().count(end(outcome));
  }

  /// A request for an unknown version is the caller's error, not the server's.
  private static RequestEnd end(Outcome outcome) {
    return outcome instanceof Outcome.Refused refused && refused.why() instanceof Unserved.NotFound
        ? RequestEnd.MALFORMED
        : outcome.end();
  }

  /// Counts a call for which no version was found. Names of models that are not known to exist do
  /// not become labels.
  private void unchosen(Outcome outcome) {
    Choice choice = outcome.choice();
    boolean exists =
        outcome instanceof Outcome.Refused refused
            && refused.why() instanceof Unserved.NotReady notReady
            && notReady.modelExists();
    if (exists) {
      requests(
              registry,
              Tags.of("model", choice.model(), "version", "none"),
              stage(choice.selector()),
              end(outcome))
          .increment();
    } else {
      requests(registry, Tags.of("model", OTHER, "version", OTHER), "none", end(outcome))
          .increment();
    }
  }

  /// The value of the label `stage` for requests with `selector`.
  public static String stage(Selector selector) {
    return selector instanceof Selector.Stage stage ? stage.name() : "none";
  }

  /// Registers gauges for the lanes of `model`; none for models beyond the limit.
  synchronized void lanes(String model, ModelLanes of) {
    if (lanes.size() < MODELS) {
      lanes.put(
          model,
          List.of(
              Gauge.builder("slipway.predict.in.flight", of, ModelLanes::working)
                  .description("Calls being run")
                  .tag("model", model)
                  .register(registry),
              Gauge.builder("slipway.predict.queue.depth", of, ModelLanes::waiting)
                  .description("Calls waiting for a worker")
                  .tag("model", model)
                  .register(registry)));
    }
  }

  synchronized void noLanes(String model) {
    List<Gauge> shown = lanes.remove(model);
    if (shown != null) {
      shown.forEach(registry::remove);
    }
  }

  /// Records a load, successful or not.
  public void loaded(Duration took, boolean ok) {
    VersionMeters.timer(
            "slipway.model.load.duration", Tags.of("result", ok ? "ok" : "failed"), SECONDS)
        .description("Time to unpack, open and warm up a version")
        .register(registry)
        .record(took);
  }

  /// Records the move of a stage.
  ///
  /// @param action `promote` or `rollback`
  public void moved(String action, Duration took) {
    VersionMeters.timer("slipway.stage.change.duration", Tags.of("action", action), SECONDS)
        .description("Time from the call to the swap")
        .register(registry)
        .record(took);
  }

  /// Replaces the rows of one model in the gauges about versions and stages.
  ///
  /// @param servables the loaded versions of it
  /// @param known the versions of it that should be loaded or are
  /// @param pointers its stages and aliases, with the versions that they resolve to
  /// @param wanted its stages, with the versions that they should point to
  /// @param followed its last revision that this replica serves; null where there is none
  public void show(
      String model,
      Collection<Servable> servables,
      Set<VersionId> known,
      Map<Selector, Integer> pointers,
      Map<String, Integer> wanted,
      @Nullable Long followed) {
    Map<Tags, Double> present = new HashMap<>();
    Map<Tags, Double> bytes = new HashMap<>();
    known.forEach(version -> present.put(tags(version), 0.0));
    for (Servable servable : servables) {
      Tags tags = tags(servable.id());
      present.put(tags, 1.0);
      bytes.put(tags, (double) servable.memoryBytes());
    }
    loaded.show(model, present);
    memory.show(model, bytes);
    Map<Tags, Double> shown = new HashMap<>();
    pointers.forEach(
        (selector, number) -> {
          if (selector instanceof Selector.Stage(String stage)) {
            shown.put(tags(new VersionId(model, number)).and("stage", stage), 1.0);
          }
        });
    stages.show(model, shown);
    Map<Tags, Double> there = new HashMap<>();
    wanted.forEach(
        (stage, number) -> {
          Tags version = tags(new VersionId(model, number));
          there.put(version.and("stage", stage), present.getOrDefault(version, 0.0));
        });
    staged.show(model, there);
    if (followed == null) {
      revisions.show(model, Map.of());
    } else if (revisions.shows(model) || revisions.groups() < MODELS) {
      revisions.show(model, Map.of(Tags.of("model", model), followed.doubleValue()));
    }
  }
}
