package io.slipway.serving.load;

import io.slipway.bundle.Digest;
import io.slipway.registry.AliasMoved;
import io.slipway.registry.ModelReport;
import io.slipway.registry.ModelVersion;
import io.slipway.registry.StageMoved;
import io.slipway.registry.Wanted;
import io.slipway.serving.Selector;
import io.slipway.serving.ServingConfig;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Servable;
import io.slipway.serving.run.ServingMetrics;
import io.slipway.serving.run.StuckRuns;
import io.slipway.serving.traffic.ServingTable;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
/// Its monitor guards all its state; no slow operation runs under it, and the work is in proportion
/// to the models that changed. Versions are loaded by `loads`, several at a time, so that a slow or
/// broken one delays no other. A failed load is retried after a wait that doubles. It does not use
/// the database: it keeps the last desired state that it was given.
@Singleton
public final class Reconciler {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final ServingMetrics metrics;
  private final Function<ModelVersion, Servable> loader;
  private final Executor loads;
  private final int onDemand;
  private final Failures failures;
  private final DesiredState desired = new DesiredState();
  private final ReplicationProgress progress = new ReplicationProgress();
  private final VersionMap<ModelVersion> known = new VersionMap<>();
  private final VersionMap<Servable> loaded = new VersionMap<>();
  private final VersionMap<CompletableFuture<Servable>> loading = new VersionMap<>();
  private final Publisher publisher;
  private final Absences absences;

  /// Versions requested by number; and versions that moves are preparing, with the number of moves.
  private final Set<VersionId> asked = new LinkedHashSet<>();

  private final VersionMap<Integer> held = new VersionMap<>();

  /// The models to which the policy is to be applied.
  private final Set<String> changed = new LinkedHashSet<>();

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
    this.publisher = new Publisher(table, loaded);
    this.metrics = metrics;
    this.loader = loader;
    this.loads = loads;
    this.onDemand = settings.onDemand();
    this.failures = new Failures(settings.retryAfter(), settings.retryAtMost(), nanos);
    this.absences = new Absences(desired, loaded, loading, failures);
  }

  /// The number of moves so far; to be read before a snapshot is requested.
  synchronized long moves() {
    return desired.moves();
  }

  /// Applies a snapshot of the desired state.
  ///
  /// @param since the value of [#moves] before it was requested
  synchronized void want(List<Wanted> now, long since) {
    changed(desired.replace(now, since));
    changed.addAll(failures.due());
    settle();
    firstPass = true;
  }

  /// Applies a snapshot of the desired state of some models.
  ///
  /// @param names the models that were asked for
  /// @param now those of them that have something to serve
  /// @param since the value of [#moves] before it was requested
  synchronized void want(Set<String> names, List<Wanted> now, long since) {
    changed(desired.replace(names, now, since));
    settle();
  }

  private void changed(Set<String> news) {
    for (String model : news) {
      Wanted wanted = desired.of(model);
      if (wanted != null) {
        wanted.versions().values().forEach(version -> known.put(id(version), version));
      }
    }
    changed.addAll(news);
  }

  /// Applies one committed move at once, without waiting for the next snapshot.
  synchronized void moved(StageMoved move, ModelVersion version) {
    known.put(id(version), version);
    if (desired.moved(move, version)) {
      settle(move.model());
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
      settle(move.model());
    }
  }

  /// Loads `version` unless it is loaded, and keeps it until [#release] is called as often.
  ///
  /// @return fails with the load's exception
  synchronized CompletableFuture<Servable> hold(ModelVersion version) {
    keep(id(version));
    return load(version);
  }

  /// Keeps `version` as [#hold] does, if it is loaded.
  ///
  /// @return false where it is not loaded; it is not kept then
  synchronized boolean holdLoaded(ModelVersion version) {
    VersionId id = id(version);
    if (!loaded.contains(id)) {
      return false;
    }
    keep(id);
    return true;
  }

  private void keep(VersionId version) {
    Integer count = held.get(version);
    held.put(version, count == null ? 1 : count + 1);
  }

  synchronized void release(VersionId version) {
    Integer count = held.get(version);
    if (count != null && count > 1) {
      held.put(version, count - 1);
    } else {
      held.remove(version);
    }
    settle(version.model());
  }

  /// Loads `version`, requested by number, and keeps it until others were requested more recently.
  synchronized CompletableFuture<Servable> ask(ModelVersion version) {
    asked.add(id(version));
    if (asked.size() > onDemand) {
      asked.stream()
          .filter(other -> !other.equals(id(version)))
          .min(Comparator.comparingLong(this::lastUsed))
          .ifPresent(
              other -> {
                asked.remove(other);
                changed.add(other.model());
              });
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
    settle(id.model());
    CompletableFuture<Servable> on = loading.get(id);
    if (on != null) {
      return on;
    }
    Servable now = loaded.get(id);
    return now != null ? CompletableFuture.completedFuture(now) : begin(id, version);
  }

  /// Retries the loads that are due; called periodically.
  synchronized void tick() {
    changed.addAll(failures.due());
    settle();
  }

  private void settle(String model) {
    changed.add(model);
    settle();
  }

  /// Applies the policy to each model that changed, then begins the loads, the most urgent first.
  private void settle() {
    boolean news = false;
    while (!changed.isEmpty()) {
      List<Due> due = new ArrayList<>();
      List<String> models = List.copyOf(changed);
      changed.clear();
      for (String model : models) {
        news |= settle(model, due);
      }
      due.sort(Comparator.comparing(Due::urgency));
      due.forEach(load -> submit(load.id(), load.version(), load.done()));
    }
    if (news) {
      listeners.forEach(Runnable::run);
    }
  }

  /// A load that is to begin.
  private record Due(
      VersionId id,
      ModelVersion version,
      SwapPolicy.Urgency urgency,
      CompletableFuture<Servable> done) {}

  /// Applies the policy to one model until no action is left.
  ///
  /// @param due receives the loads
  /// @return whether its report changed
  private boolean settle(String model, List<Due> due) {
    Wanted wanted = desired.of(model);
    List<Wanted> world = wanted == null ? List.of() : List.of(wanted);
    Set<VersionId> keep = kept(model);
    while (true) {
      switch (SwapPolicy.next(world, keep, fleet(model))) {
        case SwapPolicy.Action.Load(VersionId id) -> {
          ModelVersion version = known.get(id);
          if (version == null) {
            failures.add(id, new IllegalStateException("the registry does not know " + id));
          } else {
            CompletableFuture<Servable> done = new CompletableFuture<>();
            loading.put(id, done);
            due.add(new Due(id, version, SwapPolicy.urgency(wanted, keep, id), done));
          }
        }
        case SwapPolicy.Action.Publish(Map<String, SwapPolicy.View> views) ->
            publisher.publish(model, views.get(model));
        case SwapPolicy.Action.Retire(VersionId id) -> retire(id);
        case SwapPolicy.Action.Nothing() -> {
          tidy(model, wanted, keep);
          return tell(model, wanted);
        }
      }
    }
  }

  /// The versions of `model` that are kept whatever its stages and aliases say.
  private Set<VersionId> kept(String model) {
    Set<VersionId> kept = new LinkedHashSet<>();
    asked.stream().filter(id -> id.model().equals(model)).forEach(kept::add);
    kept.addAll(held.of(model).keySet());
    return kept;
  }

  private SwapPolicy.Fleet fleet(String model) {
    Set<VersionId> waiting = failures.waiting(model);
    waiting.addAll(loading.of(model).keySet());
    SwapPolicy.View view = publisher.view(model);
    return new SwapPolicy.Fleet(
        Set.copyOf(loaded.of(model).keySet()),
        waiting,
        view == null ? Map.of() : Map.of(model, view));
  }

  /// Updates the progress and the metrics of a model.
  ///
  /// @return whether its report changed
  private boolean tell(String model, @Nullable Wanted wanted) {
    boolean news =
        progress.update(
            model,
            wanted,
            publisher.view(model),
            loaded.of(model).keySet(),
            failures.messages(model));
    Map<String, Integer> stages = new HashMap<>();
    if (wanted != null) {
      wanted.stages().forEach(stage -> stages.put(stage.name(), stage.version()));
    }
    metrics.show(
        model,
        loaded.of(model).values(),
        known.of(model).keySet(),
        publisher.pointers(model),
        stages,
        progress.followed(model));
    return news;
  }

  private CompletableFuture<Servable> begin(VersionId id, ModelVersion version) {
    CompletableFuture<Servable> done = new CompletableFuture<>();
    loading.put(id, done);
    submit(id, version, done);
    settle();
    return done;
  }

  private void submit(VersionId id, ModelVersion version, CompletableFuture<Servable> done) {
    try {
      loads.execute(() -> load(id, version, done));
    } catch (RejectedExecutionException e) {
      loading.remove(id);
      failures.add(id, e);
      changed.add(id.model());
      done.completeExceptionally(e);
    }
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
    if (loading.get(id) != done) {
      return false;
    }
    loading.remove(id);
    failures.forget(id);
    loaded.put(id, servable);
    settle(id.model());
    return true;
  }

  private synchronized void failed(VersionId id, Throwable why, CompletableFuture<Servable> done) {
    if (loading.get(id) == done) {
      loading.remove(id);
      failures.add(id, why);
      settle(id.model());
    }
  }

  /// Stops serving all versions of `content`. Stages and aliases that pointed to one resolve to
  /// nothing until an operator moves them: traffic never moves by itself.
  ///
  /// @param why the reason of the quarantine
  synchronized void quarantine(Digest content, String why) {
    List<Servable> gone = new ArrayList<>();
    List<CompletableFuture<Servable>> given = new ArrayList<>();
    for (VersionId id : known.versions()) {
      ModelVersion version = known.get(id);
      if (version == null || !version.digest().equals(content)) {
        continue;
      }
      changed.add(id.model());
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
    settle();
    given.forEach(on -> on.completeExceptionally(new Quarantined(why)));
    for (Servable servable : gone) {
      servable.lifetime().retire();
      VersionId id = servable.id();
      LOG.errorf(
          "no longer served model=%s version=%d: it is in quarantine%s",
          id.model(), id.number(), absences.remedy(id));
    }
  }

  private void retire(VersionId id) {
    Servable servable = loaded.remove(id);
    if (servable != null) {
      servable.lifetime().retire();
    }
  }

  /// Forgets versions of `model` that are neither desired nor loaded.
  private void tidy(String model, @Nullable Wanted wanted, Set<VersionId> keep) {
    Set<VersionId> alive = new HashSet<>(keep);
    if (wanted != null) {
      wanted.versions().values().forEach(version -> alive.add(id(version)));
    }
    alive.addAll(loaded.of(model).keySet());
    alive.addAll(loading.of(model).keySet());
    known.keepOnly(model, alive);
    failures.keepOnly(model, alive);
  }

  /// Registers a listener for changes of [#report]; it must return quickly.
  public synchronized void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /// The versions served here, in the registry's terms.
  synchronized List<Wanted> served() {
    return ReplicationProgress.served(desired.all(), publisher, known);
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
    return id == null ? null : absences.why(id);
  }

  /// Whether the desired state is known, and every load for production was tried at least once.
  synchronized boolean started() {
    return firstPass && absences.allTried();
  }

  /// The versions in production that should be loaded but are not, with the reason.
  synchronized Map<String, String> unshown() {
    return absences.of(desired.inProduction(), false);
  }

  /// The promoted versions that are in quarantine, with the reason.
  synchronized Map<String, String> quarantined() {
    return absences.of(desired.promoted(), true);
  }

  /// Every promoted version that is not loaded, with the reason.
  synchronized Map<VersionId, String> absent() {
    return absences.all();
  }

  /// Retires all versions; at the end of the process.
  @PreDestroy
  synchronized void stop() {
    desired.clear();
    asked.clear();
    held.versions().forEach(held::remove);
    changed.clear();
    publisher.clear();
    loaded.versions().forEach(this::retire);
  }

  private static VersionId id(ModelVersion version) {
    return new VersionId(version.model(), version.number());
  }
}
