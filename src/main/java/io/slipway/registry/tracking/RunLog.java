package io.slipway.registry.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.registry.Page;
import io.slipway.registry.Refusal;
import io.slipway.registry.Sql;
import io.slipway.registry.Transactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes what clients log to a run, which must not be deleted: each call in one transaction, all
/// or nothing. The same value logged again changes nothing.
@ApplicationScoped
public class RunLog {
  private static final int MOST_METRICS = 1_000;
  private static final int MOST_PAIRS = 100;
  private static final int MOST_INPUTS = 1_000;
  private static final int DATASET_NAME_CHARS = 500;
  private static final int DIGEST_CHARS = 36;
  private static final int SOURCE_TYPE_CHARS = 36;
  private static final int SOURCE_CHARS = 65_535;
  private static final int SCHEMA_CHARS = 1_048_575;
  private static final int PROFILE_CHARS = 1_048_575;
  private static final int MODEL_CHARS = 250;
  private static final int MODEL_JSON_CHARS = 100_000;
  private static final int MODELS_CHARS = 1_000_000;

  /// The tag with the models that clients of MLflow 2 have logged.
  private static final String MODELS_TAG = "mlflow.log-model.history";

  /// All values, and the newest of each metric, in one statement.
  private static final String METRICS =
      """
      with given as (
        select key, value, time_ms, step from unnest(cast(:keys as text[]),
          cast(:values as double precision[]), cast(:times as bigint[]), cast(:steps as bigint[]))
          as g (key, value, time_ms, step)),
      every as (
        insert into run_metric (run, key, value, time_ms, step)
        select cast(:run as bigint), key, value, time_ms, step from given on conflict do nothing)
      insert into run_metric_latest as l (run, key, value, time_ms, step)
      select distinct on (key) cast(:run as bigint), key, value, time_ms, step from given
      order by key, step desc, time_ms desc, value desc
      on conflict (run, key) do update
      set value = excluded.value, time_ms = excluded.time_ms, step = excluded.step
      where (excluded.step, excluded.time_ms, excluded.value) > (l.step, l.time_ms, l.value)
      """;

  private static final String OF_MODELS =
      """
      insert into logged_model_metric
        (model, run, key, value, time_ms, step, dataset_name, dataset_digest)
      select m.id, cast(:run as bigint), g.key, g.value, g.time_ms, g.step, g.name, g.digest
      from unnest(cast(:models as text[]), cast(:keys as text[]),
        cast(:values as double precision[]), cast(:times as bigint[]), cast(:steps as bigint[]),
        cast(:names as text[]), cast(:digests as text[]))
        as g (model, key, value, time_ms, step, name, digest)
      join logged_model m on m.uuid = g.model and not m.deleted
      on conflict do nothing
      """;

  private static final String DATASET =
      """
      insert into run_dataset (run, name, digest, source_type, source, schema, profile, tags)
      values (:run, :name, :digest, :source_type, :source, :schema, :profile,
        cast(:tags as jsonb))
      on conflict (run, name, digest) do update set tags = run_dataset.tags || excluded.tags
      """;

  private static final String MODEL =
      """
      insert into run_model (run, made, model, step) values (:run, :made, :model, :step)
      on conflict (run, made, model) do update set step = excluded.step
      """;

  private static final String HISTORY =
      """
      select m.key, m.value, m.time_ms, m.step from run_metric m
      where m.run = (select id from run where uuid = :uuid) and m.key = :key
        and (m.step, m.time_ms, m.value) > (:step, :time, cast(:value as double precision))
      order by m.step, m.time_ms, m.value limit :limit
      """;

  private static final Pattern PLACE =
      Pattern.compile("(-?[0-9]{1,19})_(-?[0-9]{1,19})_(-?[0-9]{1,19})");

  private final Sql sql;
  private final RunRepository runs;

  RunLog(Sql sql, RunRepository runs) {
    this.sql = sql;
    this.runs = runs;
  }

  /// Logs metrics, parameters and tags.
  ///
  /// @throws Refusal.InvalidValue if one is invalid, or a parameter has another value already
  public void log(
      String uuid, List<Metric> metrics, Map<String, String> params, Map<String, String> tags) {
    most("metrics", metrics.size(), MOST_METRICS);
    most("params", params.size(), MOST_PAIRS);
    most("tags", tags.size(), MOST_PAIRS);
    metrics.forEach(RunLog::check);
    Rules.params(params);
    Rules.tags(tags);
    Transactions.run(
        () -> {
          RunEntity run = runs.active(uuid);
          if (!metrics.isEmpty()) {
            logged(run.id(), metrics);
          }
          if (!params.isEmpty()) {
            PairTable.RUN_PARAM.putOnce(sql, run.id(), params);
          }
          PairTable.RUN_TAG.put(sql, run.id(), tags);
          String name = tags.get(Runs.NAME_TAG);
          if (name != null) {
            run.rename(name);
          }
        });
  }

  private static void most(String field, int size, int most) {
    if (size > most) {
      throw new Refusal.InvalidValue(field, "expected at most " + most + ", not " + size);
    }
  }

  private static void check(Metric metric) {
    Rules.key("metrics.key", metric.key());
    Rules.textOrNull("metrics.model_id", metric.model(), MODEL_CHARS);
    Rules.textOrNull("metrics.dataset_name", metric.datasetName(), DATASET_NAME_CHARS);
    Rules.textOrNull("metrics.dataset_digest", metric.datasetDigest(), DIGEST_CHARS);
  }

  private void logged(long run, List<Metric> metrics) {
    set(METRICS, run, metrics).run();
    List<Metric> ofModels =
        metrics.stream().filter(m -> m.model() != null && !m.model().isEmpty()).toList();
    if (!ofModels.isEmpty()) {
      set(OF_MODELS, run, ofModels)
          .set("models", texts(ofModels, Metric::model))
          .set("names", texts(ofModels, Metric::datasetName))
          .set("digests", texts(ofModels, Metric::datasetDigest))
          .run();
    }
  }

  private Sql.Statement set(String statement, long run, List<Metric> metrics) {
    return sql.of(statement)
        .set("run", run)
        .set("keys", texts(metrics, Metric::key))
        .set("values", metrics.stream().map(Metric::value).toList())
        .set("times", metrics.stream().map(Metric::timeMs).toList())
        .set("steps", metrics.stream().map(Metric::step).toList());
  }

  private static List<String> texts(List<Metric> all, Function<Metric, @Nullable String> of) {
    return all.stream()
        .map(
            metric -> {
              String text = of.apply(metric);
              return text == null ? "" : text;
            })
        .toList();
  }

  /// @throws Refusal.NotFound if there is no such tag
  public void untag(String uuid, String key) {
    Transactions.run(
        () -> {
          if (!PairTable.RUN_TAG.remove(sql, runs.active(uuid).id(), key)) {
            throw new Refusal.NotFound("the run " + uuid + " has no tag '" + key + "'");
          }
        });
  }

  /// Notes what a run has read.
  ///
  /// @param models ids of logged models
  public void read(String uuid, List<DatasetInput> datasets, List<String> models) {
    most("datasets", datasets.size(), MOST_INPUTS);
    most("models", models.size(), MOST_INPUTS);
    datasets.forEach(RunLog::check);
    models.forEach(model -> Rules.text("models.model_id", model, MODEL_CHARS));
    Transactions.run(
        () -> {
          long run = runs.active(uuid).id();
          for (DatasetInput dataset : datasets) {
            sql.of(DATASET)
                .set("run", run)
                .set("name", dataset.name())
                .set("digest", dataset.digest())
                .set("source_type", dataset.sourceType())
                .set("source", dataset.source())
                .set("schema", dataset.schema())
                .set("profile", dataset.profile())
                .set("tags", Documents.write(dataset.tags()))
                .run();
          }
          models.forEach(model -> noted(run, false, model, 0));
        });
  }

  private static void check(DatasetInput dataset) {
    Rules.text("datasets.dataset.name", dataset.name(), DATASET_NAME_CHARS);
    Rules.text("datasets.dataset.digest", dataset.digest(), DIGEST_CHARS);
    Rules.text("datasets.dataset.source_type", dataset.sourceType(), SOURCE_TYPE_CHARS);
    Rules.text("datasets.dataset.source", dataset.source(), SOURCE_CHARS);
    Rules.textOrNull("datasets.dataset.schema", dataset.schema(), SCHEMA_CHARS);
    Rules.textOrNull("datasets.dataset.profile", dataset.profile(), PROFILE_CHARS);
    Rules.tags(dataset.tags());
  }

  /// Notes the logged models that a run has made, with their steps.
  public void made(String uuid, Map<String, Long> models) {
    most("models", models.size(), MOST_INPUTS);
    models.keySet().forEach(model -> Rules.text("models.model_id", model, MODEL_CHARS));
    Transactions.run(
        () -> {
          long run = runs.active(uuid).id();
          models.forEach((model, step) -> noted(run, true, model, step));
        });
  }

  /// Adds what a client of MLflow 2 says about a model that it has logged to the run's history of
  /// models, which is a tag.
  ///
  /// @param json an object
  public void model(String uuid, String json) {
    Rules.text("model_json", json, MODEL_JSON_CHARS);
    JsonNode model = Documents.object("model_json", json);
    Transactions.run(
        () -> {
          long run = runs.active(uuid).id();
          String before =
              PairTable.RUN_TAG
                  .of(sql, List.of(run))
                  .getOrDefault(run, Map.of())
                  .getOrDefault(MODELS_TAG, "[]");
          String after = Documents.added(before, model);
          Rules.text("model_json", after, MODELS_CHARS);
          PairTable.RUN_TAG.put(sql, run, Map.of(MODELS_TAG, after));
        });
  }

  private void noted(long run, boolean made, String model, long step) {
    sql.of(MODEL).set("run", run).set("made", made).set("model", model).set("step", step).run();
  }

  /// All values of a metric, by step, time and value.
  public Page<Metric> history(String uuid, String key, int limit, @Nullable String pageToken) {
    Place after = Place.of(pageToken);
    List<Metric> found =
        Transactions.call(
            () -> {
              if (runs.count("uuid = ?1", uuid) == 0) {
                throw new Refusal.NotFound("there is no run " + uuid);
              }
              return sql.of(HISTORY)
                  .set("uuid", uuid)
                  .set("key", key)
                  .set("step", after.step())
                  .set("time", after.timeMs())
                  .set("value", after.value())
                  .set("limit", limit + 1)
                  .list(
                      row ->
                          Metric.of(
                              row.getString("key"),
                              row.getDouble("value"),
                              row.getLong("time_ms"),
                              row.getLong("step")));
            });
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<Metric> page = List.copyOf(found.subList(0, limit));
    return new Page<>(page, Place.of(page.getLast()).token());
  }

  /// The last value of a page.
  private record Place(long step, long timeMs, double value) {
    static Place of(Metric last) {
      return new Place(last.step(), last.timeMs(), last.value());
    }

    static Place of(@Nullable String token) {
      if (token == null || token.isEmpty()) {
        return new Place(Long.MIN_VALUE, Long.MIN_VALUE, Double.NEGATIVE_INFINITY);
      }
      Matcher place = PLACE.matcher(token);
      try {
        if (place.matches()) {
          return new Place(
              Long.parseLong(place.group(1)),
              Long.parseLong(place.group(2)),
              Double.longBitsToDouble(Long.parseLong(place.group(3))));
        }
      } catch (NumberFormatException e) {
        // Of 19 digits, but not a long.
      }
      throw new Refusal.InvalidValue("page_token", "expected a token from an earlier answer");
    }

    String token() {
      return step + "_" + timeMs + "_" + Double.doubleToLongBits(value);
    }
  }
}
