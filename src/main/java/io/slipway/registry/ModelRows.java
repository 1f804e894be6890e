package io.slipway.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Models with their stages, aliases and newest versions: four queries, however many models they
/// are.
final class ModelRows {
  private static final String STAGES =
      "select model_id, "
          + Tables.STAGE
          + " from stage where model_id = any(:models) order by name";

  private static final String ALIASES =
      "select model_id, name, version from alias where model_id = any(:models)";

  private static final String NEWEST =
      """
      select v.model_id, m.name as model, %s from (
        select w.*, row_number() over (partition by w.model_id order by w.number desc) as place
        from model_version w where w.model_id = any(:models) and w.deleted_at is null) v
      join model m on m.id = v.model_id
      where v.place <= :most order by v.number desc
      """
          .formatted(VersionRows.COLUMNS);

  private static final String COUNTS =
      """
      select model_id, count(*) from model_version
      where model_id = any(:models) and deleted_at is null group by model_id
      """;

  private final Map<Long, List<Stage>> stages = new HashMap<>();
  private final Map<Long, Map<String, Integer>> aliases = new HashMap<>();
  private final Map<Long, List<ModelVersion>> newest = new HashMap<>();
  private final Map<Long, Integer> counts = new HashMap<>();

  private ModelRows(Sql sql, List<Long> ids) {
    sql.of(STAGES).set("models", ids).each(row -> list(stages, row).add(Tables.stage(row)));
    sql.of(ALIASES)
        .set("models", ids)
        .each(
            row ->
                aliases
                    .computeIfAbsent(row.getLong("model_id"), _ -> new TreeMap<>())
                    .put(row.getString("name"), row.getInt("version")));
    sql.of(NEWEST)
        .set("models", ids)
        .set("most", Model.LATEST)
        .each(row -> list(newest, row).add(VersionRows.read(row, row.getString("model"))));
    sql.of(COUNTS)
        .set("models", ids)
        .each(row -> counts.put(row.getLong("model_id"), row.getInt("count")));
  }

  private static <T> List<T> list(Map<Long, List<T>> lists, ResultSet row) throws SQLException {
    return lists.computeIfAbsent(row.getLong("model_id"), _ -> new ArrayList<>());
  }

  /// In the order of `rows`.
  static List<Model> models(Sql sql, List<ModelRow> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    ModelRows all = new ModelRows(sql, rows.stream().map(ModelRow::id).toList());
    return rows.stream().map(all::model).toList();
  }

  private Model model(ModelRow row) {
    return new Model(
        row.name(),
        row.description(),
        row.owner(),
        row.tags(),
        row.policy(),
        row.revision(),
        row.createdAt(),
        List.copyOf(stages.getOrDefault(row.id(), List.of())),
        aliases.getOrDefault(row.id(), Map.of()),
        List.copyOf(newest.getOrDefault(row.id(), List.of())),
        counts.getOrDefault(row.id(), 0));
  }
}
