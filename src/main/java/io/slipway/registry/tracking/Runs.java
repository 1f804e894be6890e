package io.slipway.registry.tracking;

import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The runs: created, read, found, changed. [RunLog] writes what is logged to them. Every method
/// blocks on the database.
@ApplicationScoped
public class Runs {
  /// The tag that always is the name of the run.
  static final String NAME_TAG = "mlflow.runName";

  private static final int MOST_EXPERIMENTS = 1_000;
  private static final int NAME_CHARS = 8_000;
  private static final int USER_CHARS = 256;

  private final Sql sql;
  private final ExperimentRepository experiments;
  private final RunRepository runs;
  private final RunRows rows;
  private final InstantSource clock;

  Runs(
      Sql sql,
      ExperimentRepository experiments,
      RunRepository runs,
      RunRows rows,
      InstantSource clock) {
    this.sql = sql;
    this.experiments = experiments;
    this.runs = runs;
    this.rows = rows;
    this.clock = clock;
  }

  /// A run that is to be created.
  ///
  /// @param name null: that of the tag, otherwise one is made up
  /// @param startMs null: now
  public record Draft(
      long experiment,
      @Nullable String name,
      String user,
      @Nullable Long startMs,
      Map<String, String> tags) {}

  /// Creates a run in an experiment, which must not be deleted.
  public Run create(Draft draft) {
    Rules.tags(draft.tags());
    String tagged = draft.tags().get(NAME_TAG);
    String given = draft.name() == null || draft.name().isEmpty() ? tagged : draft.name();
    if (tagged != null && !tagged.equals(given)) {
      throw new Refusal.InvalidValue(
          "run_name", "expected the same name as in the tag " + NAME_TAG + ", or none");
    }
    String name =
        given == null || given.isEmpty() ? RunNames.next(ThreadLocalRandom.current()) : given;
    Rules.text("run_name", name, NAME_CHARS);
    Rules.text("user_id", draft.user(), USER_CHARS);
    Map<String, String> tags = new HashMap<>(draft.tags());
    tags.put(NAME_TAG, name);
    String uuid = UUID.randomUUID().toString().replace("-", "");
    return Transactions.call(
        () -> {
          RunEntity made =
              new RunEntity(
                  uuid,
                  experiments.active(draft.experiment()),
                  name,
                  draft.user(),
                  draft.startMs() == null ? clock.millis() : draft.startMs());
          runs.persistAndFlush(made);
          PairTable.RUN_TAG.put(sql, made.id(), tags);
          return now(uuid);
        });
  }

  /// @throws Refusal.NotFound if there is none
  public Run find(String uuid) {
    return Transactions.call(() -> now(uuid));
  }

  private Run now(String uuid) {
    Query one = new Query("", List.of(), 1, null, View.ALL);
    List<Run> found = rows.read(new SearchStatement(RunRows.TABLE).where("r.uuid = %s", uuid), one);
    if (found.isEmpty()) {
      throw new Refusal.NotFound("there is no run " + uuid);
    }
    return found.getFirst();
  }

  /// The runs of `experiments`, the latest first unless the query says otherwise.
  public Page<Run> search(List<Long> experiments, Query query) {
    if (experiments.size() > MOST_EXPERIMENTS) {
      throw new Refusal.InvalidValue(
          "experiment_ids", "expected at most " + MOST_EXPERIMENTS + " experiments");
    }
    SearchStatement statement =
        new SearchStatement(RunRows.TABLE)
            .where("r.experiment_id = any(%s)", experiments)
            .where(query.view().condition())
            .filter(query.filter());
    return Offset.page(Transactions.call(() -> rows.read(statement, query)), query);
  }

  /// Changes a run, which must not be deleted; null leaves a value as it is.
  public Run update(
      String uuid, @Nullable RunStatus status, @Nullable Long endMs, @Nullable String name) {
    Rules.textOrNull("run_name", name, NAME_CHARS);
    return Transactions.call(
        () -> {
          RunEntity found = runs.active(uuid);
          if (status != null) {
            found.setStatus(status);
          }
          if (endMs != null) {
            found.end(endMs);
          }
          if (name != null && !name.isEmpty()) {
            found.rename(name);
            PairTable.RUN_TAG.put(sql, found.id(), Map.of(NAME_TAG, name));
          }
          runs.flush();
          return now(uuid);
        });
  }

  /// Deletes a run, or brings it back. Nothing is removed.
  public void delete(String uuid, boolean gone) {
    Transactions.run(
        () -> {
          RunEntity found = runs.locked(uuid);
          if (!gone) {
            experiments.active(found.experimentId());
          }
          found.delete(gone);
        });
  }
}
