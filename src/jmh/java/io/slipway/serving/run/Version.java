package io.slipway.serving.run;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.slipway.bundle.Bundle;
import io.slipway.bundle.BundleReader;
import io.slipway.onnx.BundleModel;
import io.slipway.onnx.GoldenCheck;
import io.slipway.registry.PredictionIdKey;
import io.slipway.serving.Selector;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.IdCounter;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.id.VersionStamp;
import io.slipway.serving.traffic.Served;
import io.slipway.serving.traffic.ServingTable;
import io.slipway.serving.traffic.TrafficSplit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// One version of a bundle of `bench/data`, served as the process serves it, without HTTP and
/// without a registry.
@SuppressWarnings("deprecation") // The process uses this registry too.
public final class Version implements AutoCloseable {
  private static final Path DATA = Path.of(System.getProperty("bench.data", "bench/data"));

  public final BundleModel model;
  public final ServingTable table = new ServingTable();
  public final Dispatcher dispatcher;
  public final String name;

  public Version(String name) {
    this.name = name;
    Bundle bundle = new BundleReader().open(DATA.resolve(name));
    model = BundleModel.open(bundle);
    // Proves, as a version that is loaded, that rows may share runs.
    GoldenCheck.run(model, bundle);
    ServingMetrics metrics =
        new ServingMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    CrashJournal journal = journal();
    dispatcher =
        new Dispatcher(
            metrics,
            new Witness(List.of(metrics)),
            journal,
            new StuckRuns(
                new StuckRuns.Bounds(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
                1,
                journal,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
            2,
            2,
            1000);
    VersionId id = new VersionId(name, 1);
    VersionMeters meters = metrics.take(id, bundle.manifest().input());
    Servable servable =
        new Servable(
            id,
            bundle,
            model.signature(),
            model.pipeline(),
            model::predict,
            model.memoryBytes(),
            256,
            dispatcher.take(name),
            new LatencyEstimate(20_000, 0),
            meters,
            ids(),
            VersionStamp.of(1, bundle.manifest().output()),
            model::close);
    Route route = new Route(servable, meters.requests("production"));
    table.publish(
        name, new Served(Map.of(Selector.PRODUCTION, new TrafficSplit.AllTo(route))));
  }

  private static PredictionIds ids() {
    try {
      InstantSource clock = InstantSource.system();
      Path file = Files.createDirectories(Path.of("target", "bench")).resolve("prediction-ids");
      PredictionIds ids = new PredictionIds(clock);
      ids.use(
          List.of(new PredictionIdKey(1, "AAECAwQFBgcICQoLDA0ODw==", clock.instant(), "bench")),
          new IdCounter(file, IdCounter.machine()).begin(1, clock.millis()));
      return ids;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CrashJournal journal() {
    try {
      Path folder = Files.createDirectories(Path.of("target", "bench", "journal"));
      return new CrashJournal(folder, InstantSource.system());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Records that the version accepts, as JSON.
  public static List<byte[]> records(String name) {
    try (var lines = Files.lines(DATA.resolve(name.replace("-steps", "") + "_records.json"))) {
      return new com.fasterxml.jackson.databind.ObjectMapper()
          .readTree(String.join("", lines.toList()))
          .valueStream()
          .map(record -> record.toString().getBytes(StandardCharsets.UTF_8))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    dispatcher.stop();
    model.close();
  }
}
