package io.slipway.registry.tracking;

import io.slipway.registry.Sql;
import io.slipway.registry.tracking.SearchTable.Attribute;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads runs with what was logged to them, within the running transaction: six statements for a
/// page, whatever its length.
@ApplicationScoped
class RunRows {
  private static final String COLUMNS =
      "r.id, r.uuid, r.experiment_id, r.name, r.user_id, r.status, r.start_ms, r.end_ms,"
          + " r.artifact_uri, r.deleted";

  static final SearchTable TABLE =
      new SearchTable(
          "run",
          Map.ofEntries(
              Map.entry("run_id", Attribute.text("r.uuid")),
              Map.entry("run_name", Attribute.text("r.name")),
              Map.entry("Run name", Attribute.text("r.name")),
              Map.entry("status", Attribute.text("r.status")),
              Map.entry("user_id", Attribute.text("r.user_id")),
              Map.entry("artifact_uri", Attribute.text("r.artifact_uri")),
              Map.entry("start_time", Attribute.number("r.start_ms")),
              Map.entry("created", Attribute.number("r.start_ms")),
              Map.entry("Created", Attribute.number("r.start_ms")),
              Map.entry("end_time", Attribute.number("r.end_ms"))),
          PairTable.RUN_TAG,
          PairTable.RUN_PARAM,
          "select m.value from run_metric_latest m where m.run = r.id and m.key = %s",
          "r.start_ms desc, r.uuid");

  private static final String METRICS =
      "select run, key, value, time_ms, step from run_metric_latest"
          + " where run = any(:runs) order by run, key";

  private static final String DATASETS =
      "select run, name, digest, source_type, source, schema, profile, tags from run_dataset"
          + " where run = any(:runs) order by run, name, digest";

  private static final String MODELS =
      "select run, made, model, step from run_model where run = any(:runs) order by run, model";

  private final Sql sql;

  RunRows(Sql sql) {
    this.sql = sql;
  }

  /// A run, and the number of its row.
  private record Row(long id, Run.Info info) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong("id"),
          new Run.Info(
              row.getString("uuid"),
              row.getLong("experiment_id"),
              row.getString("name"),
              row.getString("user_id"),
              RunStatus.valueOf(row.getString("status")),
              row.getLong("start_ms"),
              row.getObject("end_ms", Long.class),
              row.getString("artifact_uri"),
              row.getBoolean("deleted")));
    }
  }

  /// The runs of a page, and the one after it.
  List<Run> read(SearchStatement statement, Query query) {
    List<Row> rows = statement.page(sql, COLUMNS, query).list(Row::of);
    if (rows.isEmpty()) {
      return List.of();
    }
    List<Long> ids = rows.stream().map(Row::id).toList();
    Map<Long, Map<String, String>> tags = PairTable.RUN_TAG.of(sql, ids);
    Map<Long, Map<String, String>> params = PairTable.RUN_PARAM.of(sql, ids);
    Map<Long, List<Metric>> metrics = new HashMap<>();
    sql.of(METRICS)
        .set("runs", ids)
        .each(
            row ->
                added(metrics, row)
                    .add(
                        Metric.of(
                            row.getString("key"),
                            row.getDouble("value"),
                            row.getLong("time_ms"),
                            row.getLong("step"))));
    Map<Long, List<DatasetInput>> datasets = new HashMap<>();
    sql.of(DATASETS).set("runs", ids).each(row -> added(datasets, row).add(dataset(row)));
    Map<Long, List<String>> read = new HashMap<>();
    Map<Long, Map<String, Long>> made = new HashMap<>();
    sql.of(MODELS)
        .set("runs", ids)
        .each(
            row -> {
              if (row.getBoolean("made")) {
                made.computeIfAbsent(row.getLong("run"), _ -> new TreeMap<>())
                    .put(row.getString("model"), row.getLong("step"));
              } else {
                added(read, row).add(row.getString("model"));
              }
            });
    return rows.stream()
        .map(
            row ->
                new Run(
                    row.info(),
                    metrics.getOrDefault(row.id(), List.of()),
                    params.getOrDefault(row.id(), Map.of()),
                    tags.getOrDefault(row.id(), Map.of()),
                    datasets.getOrDefault(row.id(), List.of()),
                    read.getOrDefault(row.id(), List.of()),
                    made.getOrDefault(row.id(), Map.of())))
        .toList();
  }

  private static <T> List<T> added(Map<Long, List<T>> all, ResultSet row) throws SQLException {
    return all.computeIfAbsent(row.getLong("run"), _ -> new ArrayList<>());
  }

  private static DatasetInput dataset(ResultSet row) throws SQLException {
    return new DatasetInput(
        row.getString("name"),
        row.getString("digest"),
        row.getString("source_type"),
        row.getString("source"),
        row.getString("schema"),
        row.getString("profile"),
        Documents.texts(row.getString("tags")));
  }
}
