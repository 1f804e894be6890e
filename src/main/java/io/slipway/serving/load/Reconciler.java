package io.slipway.serving.load;

import io.slipway.bundle.Digest;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.Stage;
import io.slipway.registry.StageMoved;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Route;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.run.StuckRuns;
import io.slipway.serving.traffic.Served;
import io.slipway.serving.traffic.ServingTable;
import io.slipway.serving.traffic.TrafficSplit;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Makes the loaded versions match the desired state, by [SwapPolicy]; the only writer of
/// [ServingTable].
///
/// Its monitor guards all its state; no slow operation runs under it. Versions are loaded by
/// `loads`, several at a time, so that a slow or broken one delays no other. A failed load is
/// retried after a wait that doubles. It does not use the database: it keeps the last desired state
/// that it was given.
@Singleton
public final class Reconciler {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final ServingTable table;
  private final ServingMetrics metrics;
  private final Function<ModelVersion, Servable> loader;
  private final Executor loads;
  private final int onDemand;
  private final Failures failures;
  private final DesiredState desired = new DesiredState();
  private final ReplicationProgress progress = new ReplicationProgress();
  private final Map<VersionId, ModelVersion> known = new HashMap<>();
  private final Map<VersionId, Servable> loaded = new LinkedHashMap<>();
  private final Map<VersionId, CompletableFuture<Servable>> loading = new HashMap<>();
  private Map<String, SwapPolicy.View> published = Map.of();

  /// Versions requested by number; and versions that moves are preparing, with the number of moves.
  private final Set<VersionId> asked = new LinkedHashSet<>();

  private final Map<VersionId, Integer> held = new HashMap<>();
  private boolean firstPass;
  private final List<Runnable> listeners = new ArrayList<>();

  @Inject
  Reconciler(
      ServingTable table,
      ServingMetrics metrics,
      Loader loader,
      StuckRuns stuck,
      ServingConfig config) {
    this(
        table,
        metrics,
        loader::load,
        loader.threads(),
        new Settings(config.onDemand(), config.retryAfter(), config.retryAtMost()),
        System::nanoTime);
    stuck.onQuarantine(this::quarantine);
  }

  /// @param onDemand the most versions kept only because callers asked for them by number
  /// @param retryAfter the wait after the first failure
  /// @param retryAtMost the longest wait
  record Settings(int onDemand, Duration retryAfter, Duration retryAtMost) {}

  Reconciler(
      ServingTable table,
      ServingMetrics metrics,
      Function<ModelVersion, Servable> loader,
      Executor loads,
      Settings settings,
      LongSupplier nanos) {
    this.table = table;
    this.metrics = metrics;
    this.loader = loader;
    this.loads = loads;
    this.onDemand = settings.onDemand();
    this.failures = new Failures(settings.retryAfter(), settings.retryAtMost(), nanos);
  }

  /// The number of moves so far; to be read before a snapshot is requested.
  synchronized long moves() {
    return desired.moves();
  }

  /// Applies a snapshot of the desired state.
  ///
  /// @param since the value of [#moves] before it was requested
  synchronized void want(List<Wanted> now, long since) {
    desired.replace(now, since);
    desired.versions().forEach(version -> known.put(id(version), version));
    settle();
    firstPass = true;
  }

  /// Applies one committed move at once, without waiting for the next snapshot.
  synchronized void moved(StageMoved move, ModelVersion version) {
    known.put(id(version), version);
    if (desired.moved(move, version)) {
      settle();
    }
  }

  /// Applies one committed change of an alias at once.
  ///
  /// @param version that it points to now; null where it was removed
  synchronized void moved(AliasMoved move, @Nullable ModelVersion version) {
    if (version != null) {
      known.put(id(version), version);
    }
    if (desired.moved(move, version)) {
      settle();
    }
  }

  /// Loads `version` unless it is loaded, and keeps it until [#release] is called as often.
  ///
  /// @return fails with the load's exception
  synchronized CompletableFuture<Servable> hold(ModelVersion version) {
    held.merge(id(version), 1, Integer::sum);
    return load(version);
  }

  /// Keeps `version` as [#hold] does, if it is loaded.
  ///
  /// @return false where it is not loaded; it is not kept then
  synchronized boolean holdLoaded(ModelVersion version) {
    VersionId id = id(version);
    if (!loaded.containsKey(id)) {
      return false;
    }
    held.merge(id, 1, Integer::sum);
    return true;
  }

  synchronized void release(VersionId version) {
    held.computeIfPresent(version, (_, count) -> count == 1 ? null : count - 1);
    settle();
  }

  /// Loads `version`, requested by number, and keeps it until others were requested more recently.
  synchronized CompletableFuture<Servable> ask(ModelVersion version) {
    asked.add(id(version));
    if (asked.size() > onDemand) {
      asked.stream()
          .filter(other -> !other.equals(id(version)))
          .min(Comparator.comparingLong(this::lastUsed))
          .ifPresent(asked::remove);
    }
    return load(version);
  }

  private long lastUsed(VersionId version) {
    Servable servable = loaded.get(version);
    return servable == null ? Long.MAX_VALUE : servable.lastUsed();
  }

  private CompletableFuture<Servable> load(ModelVersion version) {
    VersionId id = id(version);
    known.put(id, version);
    Servable there = loaded.get(id);
    if (there != null) {
      return CompletableFuture.completedFuture(there);
    }
    // A request does not wait for the next scheduled try.
    failures.forget(id);
    settle();
    CompletableFuture<Servable> on = loading.get(id);
    return on != null
        ? on
        : loaded.containsKey(id)
            ? CompletableFuture.completedFuture(loaded.get(id))
            : begin(id, version);
  }

  /// Retries the loads that are due; called periodically.
  synchronized void tick() {
    settle();
  }

  /// Applies the policy until no action is left.
  private void settle() {
    List<Wanted> models = desired.all();
    while (true) {
      Set<VersionId> keep = new LinkedHashSet<>(asked);
      keep.addAll(held.keySet());
      switch (SwapPolicy.next(models, keep, fleet())) {
        case SwapPolicy.Action.Load(VersionId id) -> {
          ModelVersion version = known.get(id);
          if (version == null) {
            failures.add(id, new IllegalStateException("the registry does not know " + id));
          } else {
            begin(id, version);
          }
        }
        case SwapPolicy.Action.Publish(Map<String, SwapPolicy.View> views) -> publish(views);
        case SwapPolicy.Action.Retire(VersionId id) -> retire(id);
        case SwapPolicy.Action.Nothing() -> {
          tidy(keep);
          boolean news = progress.update(models, published, loaded.keySet(), failures.messages());
          metrics.show(
              loaded.values(), known.keySet(), pointers(), desired.stages(), progress.followed());
          if (news) {
            listeners.forEach(Runnable::run);
          }
          return;
        }
      }
    }
  }

  /// The versions of each published model's stages and aliases.
  private Map<String, Map<Selector, Integer>> pointers() {
    Map<String, Map<Selector, Integer>> pointers = new HashMap<>();
    published.forEach((model, view) -> pointers.put(model, view.pointers()));
    return pointers;
  }

  private SwapPolicy.Fleet fleet() {
    Set<VersionId> waiting = failures.waiting();
    waiting.addAll(loading.keySet());
    return new SwapPolicy.Fleet(Set.copyOf(loaded.keySet()), waiting, published);
  }

  private CompletableFuture<Servable> begin(VersionId id, ModelVersion version) {
    CompletableFuture<Servable> done = new CompletableFuture<>();
    loading.put(id, done);
    try {
      loads.execute(() -> load(id, version, done));
    } catch (RejectedExecutionException e) {
      loading.remove(id);
      failures.add(id, e);
      done.completeExceptionally(e);
    }
    return done;
  }

  /// Called without the monitor.
  private void load(VersionId id, ModelVersion version, CompletableFuture<Servable> done) {
    Servable servable;
    try {
      servable = loader.apply(version);
    } catch (RuntimeException | Error e) {
      failed(id, e, done);
      done.completeExceptionally(e);
      return;
    }
    if (loaded(id, servable, done)) {
      done.complete(servable);
    } else {
      servable.lifetime().retire();
    }
  }

  /// @return false where the version is discarded, as its content is in quarantine
  private synchronized boolean loaded(
      VersionId id, Servable servable, CompletableFuture<Servable> done) {
    if (!loading.remove(id, done)) {
      return false;
    }
    failures.forget(id);
    loaded.put(id, servable);
    settle();
    return true;
  }

  private synchronized void failed(VersionId id, Throwable why, CompletableFuture<Servable> done) {
    if (loading.remove(id, done)) {
      failures.add(id, why);
      settle();
    }
  }

  /// Stops serving all versions of `content`. Stages and aliases that pointed to one resolve to
  /// nothing until an operator moves them: traffic never moves by itself.
  ///
  /// @param why the reason of the quarantine
  synchronized void quarantine(Digest content, String why) {
    List<Servable> gone = new ArrayList<>();
    List<CompletableFuture<Servable>> given = new ArrayList<>();
    known.forEach(
        (id, version) -> {
          if (version.digest().equals(content)) {
            failures.quarantine(id, why);
            Servable servable = loaded.remove(id);
            if (servable != null) {
              servable.quarantine(why);
              gone.add(servable);
            }
            CompletableFuture<Servable> on = loading.remove(id);
            if (on != null) {
              given.add(on);
            }
          }
        });
    settle();
    given.forEach(on -> on.completeExceptionally(new Quarantined(why)));
    for (Servable servable : gone) {
      servable.lifetime().retire();
      VersionId id = servable.id();
      LOG.errorf(
          "no longer served model=%s version=%d: it is in quarantine%s",
          id.model(), id.number(), remedy(id));
    }
  }

  /// The next part of a sentence about a version that is not served: what to do; empty where no
  /// stage points to it.
  private String remedy(VersionId id) {
    StringBuilder remedy = new StringBuilder();
    for (Wanted model : desired.all()) {
      for (Stage stage : model.stages()) {
        if (model.model().equals(id.model()) && stage.version() == id.number()) {
          remedy
              .append("; ")
              .append(stage.name())
              .append(" points to it, and does not move by itself");
          Integer previous = stage.previous();
          if (previous != null && loaded.containsKey(new VersionId(id.model(), previous))) {
            remedy.append(": version ").append(previous).append(" is loaded, roll back to it");
          }
        }
      }
    }
    return remedy.toString();
  }

  private void publish(Map<String, SwapPolicy.View> views) {
    Map<String, Served> next = new HashMap<>();
    views.forEach(
        (model, view) -> {
          Map<Selector, TrafficSplit> routes = new HashMap<>();
          view.versions().forEach(n -> route(routes, new Selector.Version(n), model, n));
          view.pointers().forEach((selector, n) -> route(routes, selector, model, n));
          next.put(model, new Served(routes));
          if (!view.pointers().equals(pointers(model))) {
            LOG.infof("serving model=%s %s", model, view.pointers());
          }
        });
    table.publish(next);
    published = views;
  }

  private Map<Selector, Integer> pointers(String model) {
    SwapPolicy.View view = published.get(model);
    return view == null ? Map.of() : view.pointers();
  }

  private void route(
      Map<Selector, TrafficSplit> routes, Selector selector, String model, int number) {
    Servable servable = loaded.get(new VersionId(model, number));
    if (servable != null) {
      routes.put(
          selector,
          new TrafficSplit.AllTo(
              new Route(servable, servable.meters().requests(ServingMetrics.stage(selector)))));
    }
  }

  private void retire(VersionId id) {
    Servable servable = loaded.remove(id);
    if (servable != null) {
      servable.lifetime().retire();
    }
  }

  /// Forgets versions that are neither desired nor loaded.
  private void tidy(Set<VersionId> keep) {
    Set<VersionId> alive = new HashSet<>(keep);
    desired.versions().forEach(version -> alive.add(id(version)));
    alive.addAll(loaded.keySet());
    alive.addAll(loading.keySet());
    known.keySet().retainAll(alive);
    failures.keepOnly(alive);
  }

  /// Registers a listener for changes of [#report]; it must return quickly.
  public synchronized void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /// The versions served here, in the registry's terms.
  synchronized List<Wanted> served() {
    return ReplicationProgress.served(desired.all(), published, known);
  }

  /// The state of each model on this replica.
  public synchronized Map<String, ModelReport> report() {
    return progress.report();
  }

  /// Why `selector` resolves to nothing although it should not; otherwise null.
  synchronized @Nullable String missing(String model, Selector selector) {
    if (!firstPass) {
      return "the service is starting and does not know yet which versions to serve";
    }
    VersionId id = desired.of(model, selector);
    return id == null ? null : state(id);
  }

  private String state(VersionId id) {
    String failure = loading.containsKey(id) ? null : failures.message(id);
    if (failure != null && failures.quarantined(id)) {
      return id + " is not served: " + failure + remedy(id);
    }
    return failure == null
        ? id + " is being loaded"
        : id + " could not be loaded, retrying: " + failure;
  }

  /// Whether the desired state is known, and every load for production was tried at least once.
  synchronized boolean started() {
    return firstPass
        && desired.inProduction().stream()
            .allMatch(id -> loaded.containsKey(id) || failures.contains(id));
  }

  /// The versions in production that should be loaded but are not, with the reason.
  synchronized Map<String, String> unshown() {
    return absent(desired.inProduction(), false);
  }

  /// The promoted versions that are in quarantine, with the reason.
  synchronized Map<String, String> quarantined() {
    return absent(desired.promoted(), true);
  }

  private Map<String, String> absent(Set<VersionId> of, boolean quarantined) {
    Map<String, String> absent = new LinkedHashMap<>();
    of.stream()
        .filter(id -> !loaded.containsKey(id) && failures.quarantined(id) == quarantined)
        .forEach(id -> absent.put(id.toString(), state(id)));
    return absent;
  }

  /// Every promoted version that is not loaded, with the reason.
  synchronized Map<VersionId, String> absent() {
    Map<VersionId, String> absent = new LinkedHashMap<>();
    desired.promoted().stream()
        .filter(id -> !loaded.containsKey(id))
        .forEach(id -> absent.put(id, state(id)));
    return absent;
  }

  /// Retires all versions; at the end of the process.
  @PreDestroy
  synchronized void stop() {
    desired.clear();
    asked.clear();
    held.clear();
    table.publish(Map.of());
    published = Map.of();
    List.copyOf(loaded.keySet()).forEach(this::retire);
  }

  private static VersionId id(ModelVersion version) {
    return new VersionId(version.model(), version.number());
  }
}
