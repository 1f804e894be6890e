package io.slipway.serving.load;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Digest;
import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.BundleModel;
import io.slipway.onnx.GoldenCheck;
import io.slipway.onnx.ModelFailure;
import io.slipway.onnx.Optimization;
import io.slipway.onnx.RunBounds;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Refusal;
import io.slipway.registry.Registry;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.id.VersionStamp;
import io.slipway.serving.run.CrashJournal;
import io.slipway.serving.run.Dispatcher;
import io.slipway.serving.run.Lane;
import io.slipway.serving.run.LatencyEstimate;
import io.slipway.serving.run.Lifetime;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.run.StuckRuns;
import io.slipway.serving.run.VersionMeters;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Loads versions: unpacks a bundle into a private folder, opens it, and warms it up on its golden
/// examples, which it must reproduce. Versions with the same content share one open model. Holds no
/// lock while a session is created.
@Singleton
final class Loader {
  private static final Logger LOG = Logger.getLogger(Loader.class);

  /// The run time, in nanoseconds, from which several threads share a run of the model. Below it,
  /// concurrent requests are the parallelism: splitting a short run costs more than it saves.
  private static final long LONG_RUN = 5_000_000;

  private static final int THREADS_OF_LONG_RUN =
      Math.min(Runtime.getRuntime().availableProcessors(), 4);

  private final Registry registry;
  private final CrashJournal journal;
  private final Dispatcher dispatcher;
  private final ServingMetrics metrics;
  private final PredictionIds ids;
  private final StuckRuns stuck;
  private final int loaders;
  private final int rowsPerRun;
  private final RunBounds bounds;
  private final ServingFolder folder;
  private final Map<Digest, Open> open = new ConcurrentHashMap<>();

  /// Closes sessions: the last lease may end on a thread that must not block.
  private final ExecutorService closer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("slipway-close").factory());

  private final ThreadPoolExecutor threads;
  private int lost;

  /// The open model of one content, shared by its versions; the first is the one it was opened for.
  private final class Open {
    private final Digest digest;
    private final Bundle bundle;
    private final BundleModel model;
    private final GoldenCheck.Result proof;
    private final Lifetime lifetime = new Lifetime(this::end);

    Open(Digest digest, Bundle bundle, BundleModel model, GoldenCheck.Result proof) {
      this.digest = digest;
      this.bundle = bundle;
      this.model = model;
      this.proof = proof;
    }

    private void end() {
      open.remove(digest, this);
      model.close();
      folder.discard(bundle.folder());
    }
  }

  @Inject
  Loader(
      Registry registry,
      CrashJournal journal,
      Dispatcher dispatcher,
      ServingMetrics metrics,
      PredictionIds ids,
      StuckRuns stuck,
      ServingConfig config,
      RunLimits runs,
      @ConfigProperty(name = "slipway.data") Path data) {
    this.registry = registry;
    this.journal = journal;
    this.dispatcher = dispatcher;
    this.metrics = metrics;
    this.ids = ids;
    this.stuck = stuck;
    this.loaders = config.loaders();
    this.rowsPerRun = config.rowsPerRun();
    this.bounds = runs.bounds();
    this.threads =
        new ThreadPoolExecutor(
            config.loaders(),
            config.loaders(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("slipway-load-", 0).factory());
    this.threads.allowCoreThreadTimeOut(true);
    this.folder = new ServingFolder(data.resolve("serving"));
  }

  /// @param more the number of threads newly lost to a load that does not end
  private synchronized void resize(int more) {
    lost += more;
    if (more > 0) {
      threads.setMaximumPoolSize(loaders + lost);
      threads.setCorePoolSize(loaders + lost);
    } else {
      threads.setCorePoolSize(loaders + lost);
      threads.setMaximumPoolSize(loaders + lost);
    }
  }

  /// The executor for loads.
  Executor threads() {
    return threads;
  }

  /// Loads `version`; blocks.
  ///
  /// @throws Quarantined where it has crashed an earlier process, or a run of it did not end
  /// @throws InvalidBundle where it does not reproduce its examples here
  /// @throws RuntimeException where the store, the disk or the runtime fails
  Servable load(ModelVersion version) {
    VersionId id = new VersionId(version.model(), version.number());
    long begun = System.nanoTime();
    Open shared;
    try {
      shared = shared(version);
    } catch (RuntimeException e) {
      metrics.loaded(Duration.ofNanos(System.nanoTime() - begun), false);
      throw e;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    metrics.loaded(took, true);
    LOG.infof("loaded model=%s version=%d in %d ms", id.model(), id.number(), took.toMillis());
    VersionMeters meters = metrics.take(id, shared.bundle.manifest().input());
    Lane lane = dispatcher.take(id.model());
    return new Servable(
        id,
        shared.bundle,
        shared.model.signature(),
        shared.model.pipeline(),
        shared.model::predict,
        shared.model.memoryBytes(),
        shared.model.sharing().proven() ? rowsPerRun : 1,
        lane,
        new LatencyEstimate(shared.proof.nanos(), shared.proof.bytes()),
        meters,
        ids,
        VersionStamp.of(version.row(), shared.bundle.manifest().output()),
        () -> later(() -> close(id, shared, meters, lane)));
  }

  private void later(Runnable close) {
    try {
      closer.execute(close);
    } catch (RejectedExecutionException e) {
      // The process is stopping, so blocking is harmless.
      close.run();
    }
  }

  private void close(VersionId id, Open shared, VersionMeters meters, Lane lane) {
    metrics.back(meters);
    dispatcher.back(id.model(), lane);
    shared.lifetime.leave();
    LOG.infof("retired model=%s version=%d", id.model(), id.number());
  }

  private Open shared(ModelVersion version) {
    String quarantined = journal.quarantined(version.digest());
    if (quarantined != null) {
      throw new Quarantined(quarantined);
    }
    Open there = open.get(version.digest());
    if (there != null && there.lifetime.enter()) {
      return there;
    }
    Bundle bundle = unpacked(version);
    try (CrashJournal.Slot slot = journal.slot()) {
      slot.enter(version.digest().bytes());
      Proved proved = proved(version, bundle, 1);
      if (proved.result.modelNanos() > LONG_RUN && THREADS_OF_LONG_RUN > 1) {
        proved.model.close();
        proved = proved(version, bundle, THREADS_OF_LONG_RUN);
      }
      Open opened = new Open(version.digest(), bundle, proved.model, proved.result);
      // Where two threads load the same content at once, both are used; the later one is shared.
      open.put(version.digest(), opened);
      return opened;
    } catch (ModelFailure.NeedsFiles e) {
      folder.discard(bundle.folder());
      throw new Refusal.NoSpace(
          e.getMessage()
              + "; the disks of the data folder and of the temporary folder are full or can't be"
              + " written");
    } catch (RuntimeException e) {
      folder.discard(bundle.folder());
      throw e;
    }
  }

  /// The bundle, in a folder of its own: in the data folder or, where its disk is full or can't be
  /// written, in the temporary one. Where that one is full, too, it is read inside of its archive.
  private Bundle unpacked(ModelVersion version) {
    try {
      return unpacked(version, folder.fresh());
    } catch (Refusal | UncheckedIOException e) {
      if (!(e instanceof Refusal.NoSpace) && folder.isUsable()) {
        throw e;
      }
      LOG.warnf("%s is unpacked to the temporary folder: %s", version.digest(), e.getMessage());
    }
    try {
      return unpacked(version, ServingFolder.elsewhere());
    } catch (Refusal.NoSpace | Refusal.Unavailable | UncheckedIOException e) {
      LOG.warnf("%s is not unpacked: %s", version.digest(), e.getMessage());
      return registry.openArchive(version);
    }
  }

  private Bundle unpacked(ModelVersion version, Path place) {
    try {
      return registry.unpack(version, place);
    } catch (RuntimeException e) {
      folder.discard(place);
      throw e;
    }
  }

  private record Proved(BundleModel model, GoldenCheck.Result result) {}

  /// The opened model, after it has reproduced its examples.
  private Proved proved(ModelVersion version, Bundle bundle, int threads) {
    Optimization optimization =
        version.optimization() == null ? Optimization.ALL : Optimization.of(version.optimization());
    BundleModel model = BundleModel.open(bundle, threads, bounds, optimization);
    VersionId id = new VersionId(version.model(), version.number());
    try (StuckRuns.Load _ = stuck.load(id, version.digest(), this::resize)) {
      // Made-up inputs were tried by the check's own process only, which may not have survived
      // them; they are not tried here.
      GoldenCheck.Result result =
          version.untried()
              ? GoldenCheck.Result.without(List.of(), List.of())
              : GoldenCheck.run(model, bundle);
      if (!result.findings().isEmpty()) {
        throw new InvalidBundle(result.findings());
      }
      if (!version.untried()) {
        GoldenCheck.warm(model, bundle);
      }
      return new Proved(model, result);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
    closer.shutdown();
    folder.close();
  }
}
