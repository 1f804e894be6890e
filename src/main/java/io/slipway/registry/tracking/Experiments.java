package io.slipway.registry.tracking;

import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.Transactions;
import io.slipway.registry.tracking.SearchTable.Attribute;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/// The experiments. Every method blocks on the database.
@ApplicationScoped
public class Experiments {
  private static final String COLUMNS =
      "r.id, r.name, r.artifact_location, r.created_ms, r.updated_ms, r.deleted";

  private static final SearchTable TABLE =
      new SearchTable(
          "experiment",
          Map.of(
              "name", Attribute.text("r.name"),
              "experiment_id", Attribute.number("r.id"),
              "creation_time", Attribute.number("r.created_ms"),
              "last_update_time", Attribute.number("r.updated_ms")),
          PairTable.EXPERIMENT_TAG,
          null,
          null,
          "r.created_ms desc, r.id desc");

  private final Sql sql;
  private final ExperimentRepository experiments;
  private final InstantSource clock;

  Experiments(Sql sql, ExperimentRepository experiments, InstantSource clock) {
    this.sql = sql;
    this.experiments = experiments;
    this.clock = clock;
  }

  /// Creates an experiment.
  ///
  /// @param location where clients put its artifacts; null: here
  /// @return its id
  /// @throws Refusal.Conflict if there is one with this name, deleted or not
  public long create(String name, @Nullable String location, Map<String, String> tags) {
    Rules.name("name", name);
    Rules.tags(tags);
    String given = location == null || location.isEmpty() ? null : location;
    if (given != null) {
      Rules.uri("artifact_location", given);
    }
    return unique(
        name,
        () -> {
          ExperimentEntity made =
              new ExperimentEntity(name, given == null ? "" : given, clock.millis());
          experiments.persistAndFlush(made);
          if (given == null) {
            made.locate(Artifacts.SCHEME + "/" + made.id());
          }
          PairTable.EXPERIMENT_TAG.put(sql, made.id(), tags);
          return made.id();
        });
  }

  private static <T> T unique(String name, Callable<T> work) {
    try {
      return Transactions.call(work);
    } catch (ConstraintViolationException e) {
      throw new Refusal.Conflict(
          "there is an experiment named '" + name + "', which may be deleted");
    }
  }

  /// @throws Refusal.NotFound if there is none
  public Experiment find(long id) {
    return required(where("r.id = %s", id), "there is no experiment " + id);
  }

  /// @throws Refusal.NotFound if there is none
  public Experiment named(String name) {
    return required(where("r.name = %s", name), "there is no experiment named '" + name + "'");
  }

  private List<Experiment> where(String condition, Object value) {
    Query one = new Query("", List.of(), 1, null, View.ALL);
    return Transactions.call(() -> read(new SearchStatement(TABLE).where(condition, value), one));
  }

  private static Experiment required(List<Experiment> found, String missing) {
    if (found.isEmpty()) {
      throw new Refusal.NotFound(missing);
    }
    return found.getFirst();
  }

  public Page<Experiment> search(Query query) {
    SearchStatement statement =
        new SearchStatement(TABLE).where(query.view().condition()).filter(query.filter());
    return Offset.page(Transactions.call(() -> read(statement, query)), query);
  }

  private List<Experiment> read(SearchStatement statement, Query query) {
    List<Experiment> bare =
        statement
            .page(sql, COLUMNS, query)
            .list(
                row ->
                    new Experiment(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("artifact_location"),
                        row.getBoolean("deleted"),
                        row.getLong("created_ms"),
                        row.getLong("updated_ms"),
                        Map.of()));
    Map<Long, Map<String, String>> tags =
        PairTable.EXPERIMENT_TAG.of(sql, bare.stream().map(Experiment::id).toList());
    return bare.stream()
        .map(
            each ->
                new Experiment(
                    each.id(),
                    each.name(),
                    each.artifactLocation(),
                    each.deleted(),
                    each.createdMs(),
                    each.updatedMs(),
                    tags.getOrDefault(each.id(), Map.of())))
        .toList();
  }

  /// @throws Refusal.Conflict if there is one with this name
  public void rename(long id, String name) {
    Rules.name("new_name", name);
    unique(
        name,
        () -> {
          ExperimentEntity found = experiments.locked(id);
          found.rename(name);
          found.touch(clock.millis());
          experiments.flush();
          return found;
        });
  }

  /// Deletes an experiment with its runs, or brings both back. Nothing is removed.
  public void delete(long id, boolean gone) {
    Transactions.run(
        () -> {
          ExperimentEntity found = experiments.locked(id);
          if (found.deleted() == gone) {
            throw new Refusal.NotFound(
                gone
                    ? "the experiment " + id + " is deleted already"
                    : "the experiment " + id + " is not deleted");
          }
          found.delete(gone);
          found.touch(clock.millis());
          sql.of("update run set deleted = :gone where experiment_id = :id")
              .set("gone", gone)
              .set("id", id)
              .run();
        });
  }

  public void tag(long id, String key, String value) {
    Map<String, String> tag = Map.of(key, value);
    Rules.tags(tag);
    Transactions.run(() -> PairTable.EXPERIMENT_TAG.put(sql, experiments.active(id).id(), tag));
  }

  /// @throws Refusal.NotFound if there is no such tag
  public void untag(long id, String key) {
    Transactions.run(
        () -> {
          if (!PairTable.EXPERIMENT_TAG.remove(sql, experiments.active(id).id(), key)) {
            throw new Refusal.NotFound("the experiment " + id + " has no tag '" + key + "'");
          }
        });
  }
}
