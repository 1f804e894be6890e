package io.slipway.serving.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.Bundles;
import io.slipway.bundle.Bundle;
import io.slipway.onnx.BundleModel;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.id.VersionStamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A servable of the bundle `customer-v1`, whose end can be seen.
public final class Fixture {
  static final Bundle BUNDLE = Bundles.open("customer-v1");
  static final BundleModel MODEL = BundleModel.open(BUNDLE);
  static final CrashJournal JOURNAL = journal();
  public static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
  public static final ServingMetrics METRICS = new ServingMetrics(METERS);
  static final Witness WITNESS = new Witness(List.of(METRICS));
  static final PredictionIds IDS = new PredictionIds(InstantSource.system());

  /// No run of a test is taken to never end.
  static final StuckRuns STUCK =
      new StuckRuns(
          new StuckRuns.Bounds(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
          1,
          JOURNAL,
          new SimpleMeterRegistry());

  public final AtomicBoolean ended = new AtomicBoolean();
  public final Servable servable;

  private static CrashJournal journal() {
    try {
      return new CrashJournal(Files.createTempDirectory("journal"), InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A dispatcher with one worker and room for ten calls of each model.
  public static Dispatcher dispatcher() {
    return new Dispatcher(METRICS, WITNESS, JOURNAL, STUCK, 1, 1, 10);
  }

  /// @param scoring what the model does
  public Fixture(Dispatcher dispatcher, VersionId id, Scoring scoring) {
    this(dispatcher, id, new LatencyEstimate(0, 0), scoring);
  }

  Fixture(Dispatcher dispatcher, VersionId id, LatencyEstimate latency, Scoring scoring) {
    VersionMeters meters = METRICS.take(id, BUNDLE.manifest().input());
    servable =
        new Servable(
            id,
            BUNDLE,
            MODEL.signature(),
            MODEL.pipeline(),
            scoring,
            1,
            256,
            dispatcher.take(id.model()),
            latency,
            meters,
            IDS,
            new VersionStamp(1, List.of()),
            () -> {
              if (!ended.compareAndSet(false, true)) {
                throw new IllegalStateException("ended twice");
              }
            });
  }

  public Route route() {
    return route(servable);
  }

  private static Route route(Servable servable) {
    return new Route(servable, servable.meters().requests("none"));
  }

  /// The right to use `servable`, which is not retired yet.
  static Lease lease(Servable servable) {
    Choice choice =
        new Choice(servable.id().model(), Selector.PRODUCTION, null, route(servable), Map.of());
    Lease lease = Lease.of(choice);
    assertThat(lease).isNotNull();
    return lease;
  }
}
