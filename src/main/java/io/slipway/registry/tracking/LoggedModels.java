package io.slipway.registry.tracking;

import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.Transactions;
import io.slipway.registry.tracking.SearchTable.Attribute;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/// The logged models of MLflow 3. Every method blocks on the database.
@ApplicationScoped
public class LoggedModels {
  private static final int NAME_CHARS = 500;
  private static final int MOST_PAIRS = 1_000;
  private static final int MOST_EXPERIMENTS = 1_000;

  private static final String COLUMNS =
      "r.id, r.uuid, r.experiment_id, r.name, r.type, r.source_run, r.status, r.artifact_uri,"
          + " r.created_ms, r.updated_ms";

  private static final SearchTable TABLE =
      new SearchTable(
          "logged_model",
          Map.of(
              "model_id", Attribute.text("r.uuid"),
              "name", Attribute.text("r.name"),
              "model_type", Attribute.text("r.type"),
              "source_run_id", Attribute.text("r.source_run"),
              "status", Attribute.text("r.status"),
              "creation_timestamp", Attribute.number("r.created_ms"),
              "creation_time", Attribute.number("r.created_ms"),
              "last_updated_timestamp", Attribute.number("r.updated_ms")),
          PairTable.LOGGED_MODEL_TAG,
          PairTable.LOGGED_MODEL_PARAM,
          "select m.value from logged_model_metric m where m.model = r.id and m.key = %s"
              + " order by m.step desc, m.time_ms desc limit 1",
          "r.created_ms desc, r.id desc");

  private static final String METRICS =
      """
      select distinct on (m.model, m.key, m.dataset_name, m.dataset_digest, m.run)
        m.model, m.key, m.value, m.time_ms, m.step, m.dataset_name, m.dataset_digest,
        r.uuid as run
      from logged_model_metric m join run r on r.id = m.run where m.model = any(:models)
      order by m.model, m.key, m.dataset_name, m.dataset_digest, m.run, m.step desc,
        m.time_ms desc
      """;

  private final Sql sql;
  private final ExperimentRepository experiments;
  private final LoggedModelRepository models;
  private final InstantSource clock;

  LoggedModels(
      Sql sql,
      ExperimentRepository experiments,
      LoggedModelRepository models,
      InstantSource clock) {
    this.sql = sql;
    this.experiments = experiments;
    this.models = models;
    this.clock = clock;
  }

  /// A model that is to be created.
  ///
  /// @param name empty: one is made of its id
  public record Draft(
      long experiment,
      String name,
      String type,
      String sourceRun,
      Map<String, String> params,
      Map<String, String> tags) {}

  /// Creates a model, whose files are still to be uploaded.
  public LoggedModel create(Draft draft) {
    pairs(draft.params(), draft.tags());
    Rules.text("name", draft.name(), NAME_CHARS);
    if (draft.name().matches(".*[/:.%\"'].*")) {
      throw new Refusal.InvalidValue("name", "expected a name without / : . % \" and '");
    }
    Rules.text("model_type", draft.type(), NAME_CHARS);
    Rules.text("source_run_id", draft.sourceRun(), NAME_CHARS);
    String uuid = "m-" + UUID.randomUUID().toString().replace("-", "");
    return Transactions.call(
        () -> {
          LoggedModelEntity made =
              new LoggedModelEntity(
                  uuid,
                  experiments.active(draft.experiment()),
                  draft.name().isEmpty() ? uuid : draft.name(),
                  draft.type(),
                  draft.sourceRun(),
                  clock.millis());
          models.persistAndFlush(made);
          PairTable.LOGGED_MODEL_PARAM.put(sql, made.id(), draft.params());
          PairTable.LOGGED_MODEL_TAG.put(sql, made.id(), draft.tags());
          return now(uuid);
        });
  }

  private static void pairs(Map<String, String> params, Map<String, String> tags) {
    if (params.size() > MOST_PAIRS || tags.size() > MOST_PAIRS) {
      throw new Refusal.InvalidValue("params or tags", "expected at most " + MOST_PAIRS);
    }
    Rules.params(params);
    Rules.tags(tags);
  }

  /// @throws Refusal.NotFound if there is none
  public LoggedModel find(String uuid) {
    return Transactions.call(() -> now(uuid));
  }

  private LoggedModel now(String uuid) {
    Query one = new Query("", List.of(), 1, null, View.ACTIVE_ONLY);
    List<LoggedModel> found =
        read(new SearchStatement(TABLE).where("r.uuid = %s", uuid).where("not r.deleted"), one);
    if (found.isEmpty()) {
      throw new Refusal.NotFound("there is no logged model " + uuid);
    }
    return found.getFirst();
  }

  /// The models of `experiments`, the latest first unless the query says otherwise.
  public Page<LoggedModel> search(List<Long> experiments, Query query) {
    if (experiments.size() > MOST_EXPERIMENTS) {
      throw new Refusal.InvalidValue(
          "experiment_ids", "expected at most " + MOST_EXPERIMENTS + " experiments");
    }
    SearchStatement statement =
        new SearchStatement(TABLE)
            .where("r.experiment_id = any(%s)", experiments)
            .where(query.view().condition())
            .filter(query.filter());
    return Offset.page(Transactions.call(() -> read(statement, query)), query);
  }

  private LoggedModel changed(String uuid, Consumer<LoggedModelEntity> change) {
    return Transactions.call(
        () -> {
          LoggedModelEntity found = models.locked(uuid);
          change.accept(found);
          found.touch(clock.millis());
          models.flush();
          return now(uuid);
        });
  }

  public LoggedModel update(String uuid, LoggedModel.Status status) {
    return changed(uuid, found -> found.setStatus(status));
  }

  public LoggedModel tag(String uuid, Map<String, String> tags) {
    pairs(Map.of(), tags);
    return changed(uuid, found -> PairTable.LOGGED_MODEL_TAG.put(sql, found.id(), tags));
  }

  /// @throws Refusal.NotFound if there is no such tag
  public void untag(String uuid, String key) {
    changed(
        uuid,
        found -> {
          if (!PairTable.LOGGED_MODEL_TAG.remove(sql, found.id(), key)) {
            throw new Refusal.NotFound("the logged model " + uuid + " has no tag '" + key + "'");
          }
        });
  }

  public void addParams(String uuid, Map<String, String> params) {
    pairs(params, Map.of());
    changed(uuid, found -> PairTable.LOGGED_MODEL_PARAM.putOnce(sql, found.id(), params));
  }

  /// Hides a model. Its files stay.
  public void delete(String uuid) {
    Transactions.run(() -> models.locked(uuid).delete());
  }

  /// A model, and the number of its row.
  private record Row(long id, LoggedModel bare) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong("id"),
          new LoggedModel(
              row.getString("uuid"),
              row.getLong("experiment_id"),
              row.getString("name"),
              row.getString("type"),
              row.getString("source_run"),
              LoggedModel.Status.valueOf(row.getString("status")),
              row.getString("artifact_uri"),
              row.getLong("created_ms"),
              row.getLong("updated_ms"),
              Map.of(),
              Map.of(),
              List.of()));
    }
  }

  private List<LoggedModel> read(SearchStatement statement, Query query) {
    List<Row> rows = statement.page(sql, COLUMNS, query).list(Row::of);
    if (rows.isEmpty()) {
      return List.of();
    }
    List<Long> ids = rows.stream().map(Row::id).toList();
    Map<Long, Map<String, String>> tags = PairTable.LOGGED_MODEL_TAG.of(sql, ids);
    Map<Long, Map<String, String>> params = PairTable.LOGGED_MODEL_PARAM.of(sql, ids);
    Map<Long, List<Metric>> metrics = new HashMap<>();
    sql.of(METRICS)
        .set("models", ids)
        .each(
            row ->
                metrics
                    .computeIfAbsent(row.getLong("model"), _ -> new ArrayList<>())
                    .add(
                        new Metric(
                            row.getString("key"),
                            row.getDouble("value"),
                            row.getLong("time_ms"),
                            row.getLong("step"),
                            null,
                            row.getString("dataset_name"),
                            row.getString("dataset_digest"),
                            row.getString("run"))));
    return rows.stream()
        .map(
            row -> {
              LoggedModel bare = row.bare();
              return new LoggedModel(
                  bare.id(),
                  bare.experiment(),
                  bare.name(),
                  bare.type(),
                  bare.sourceRun(),
                  bare.status(),
                  bare.artifactUri(),
                  bare.createdMs(),
                  bare.updatedMs(),
                  params.getOrDefault(row.id(), Map.of()),
                  tags.getOrDefault(row.id(), Map.of()),
                  metrics.getOrDefault(row.id(), List.of()));
            })
        .toList();
  }
}
