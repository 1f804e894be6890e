package io.slipway.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Collects from query rows what should be served of one model. A row may occur more than once.
final class WantedRows {
  /// Every stage with its current and its previous version; the next query has the aliases. What
  /// belongs together is read by one statement, so that no move comes in between.
  private static final String STAGES =
      """
      select m.id, m.name, m.revision, s.name as pointer, s.version as target, s.previous,
        s.revision as moved_in, s.moved_at, s.moved_by, %s
      from stage s join model m on m.id = s.model_id
      left join model_version v on v.model_id = s.model_id and v.deleted_at is null
        and v.number in (s.version, s.previous)
      where m.deleted_at is null %s order by s.id
      """;

  private static final String ALIASES =
      """
      select m.id, m.name, m.revision, a.name as pointer, a.version as target, %s
      from alias a join model m on m.id = a.model_id
      left join model_version v on v.model_id = a.model_id and v.deleted_at is null
        and v.number = a.version
      where m.deleted_at is null %s order by a.id
      """;

  private static final String NAMED = "and m.name = any(:models)";

  private final String model;
  private final long revision;
  private final Map<String, Stage> stages = new LinkedHashMap<>();
  private final Map<String, Integer> aliases = new TreeMap<>();
  private final Map<Integer, ModelVersion> versions = new TreeMap<>();

  private WantedRows(String model, long revision) {
    this.model = model;
    this.revision = revision;
  }

  /// All models with something to serve, by two queries, whatever their number.
  static List<Wanted> read(Sql sql) {
    return read(sql.of(query(STAGES, "")), sql.of(query(ALIASES, "")));
  }

  /// Those of `models` that have something to serve: this runs after every change.
  static List<Wanted> read(Sql sql, List<String> models) {
    return read(
        sql.of(query(STAGES, NAMED)).set("models", models),
        sql.of(query(ALIASES, NAMED)).set("models", models));
  }

  private static String query(String text, String which) {
    return text.formatted(VersionRow.COLUMNS, which);
  }

  private static List<Wanted> read(Sql.Statement stages, Sql.Statement aliases) {
    Map<Long, WantedRows> found = new LinkedHashMap<>();
    stages.each(row -> of(row, found).stage(row));
    aliases.each(row -> of(row, found).alias(row));
    return found.values().stream().map(WantedRows::toWanted).toList();
  }

  private static WantedRows of(ResultSet row, Map<Long, WantedRows> found) throws SQLException {
    long id = row.getLong("id");
    WantedRows rows = found.get(id);
    if (rows == null) {
      rows = new WantedRows(row.getString("name"), row.getLong("revision"));
      found.put(id, rows);
    }
    return rows;
  }

  private void stage(ResultSet row) throws SQLException {
    String name = row.getString("pointer");
    stages.put(
        name,
        new Stage(
            name,
            row.getInt("target"),
            row.getObject("previous", Integer.class),
            row.getLong("moved_in"),
            Sql.instant(row, "moved_at"),
            row.getString("moved_by")));
    version(row);
  }

  private void alias(ResultSet row) throws SQLException {
    aliases.put(row.getString("pointer"), row.getInt("target"));
    version(row);
  }

  private void version(ResultSet row) throws SQLException {
    Integer number = row.getObject("number", Integer.class);
    if (number != null) {
      versions.put(number, VersionRow.read(row).of(model));
    }
  }

  /// Leaves out archived predecessors: a rollback can't return to them.
  private Wanted toWanted() {
    Set<Integer> pointed = new HashSet<>(aliases.values());
    stages.values().forEach(stage -> pointed.add(stage.version()));
    Map<Integer, ModelVersion> served = new TreeMap<>();
    versions.forEach(
        (number, version) -> {
          if (pointed.contains(number) || !version.archived()) {
            served.put(number, version);
          }
        });
    return new Wanted(model, revision, List.copyOf(stages.values()), aliases, served);
  }
}
