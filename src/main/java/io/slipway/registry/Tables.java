package io.slipway.registry;

import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the tables say of one model, in the running transaction. Deleted models and versions are
/// not there.
@ApplicationScoped
class Tables {
  private static final String MODEL =
      "select " + ModelRow.COLUMNS + " from model m where m.name = :name and m.deleted_at is null";

  private static final String VERSION =
      "select "
          + VersionRows.COLUMNS
          + " from model_version v where v.model_id = :model and v.deleted_at is null";

  /// What [#stage] reads. No statement asks for all columns: one that is kept prepared would fail
  /// where the next release adds a column.
  static final String STAGE = "name, version, previous, revision, moved_at, moved_by";

  private final Sql sql;

  Tables(Sql sql) {
    this.sql = sql;
  }

  @Nullable ModelRow modelOrNull(String name) {
    return sql.of(MODEL).set("name", name).first(ModelRow::read);
  }

  /// The model as it is; not for a change.
  ///
  /// @throws Refusal.NotFound where there is none
  ModelRow model(String name) {
    return required(modelOrNull(name), name);
  }

  /// The model, its row locked until the transaction ends: every change begins so.
  ///
  /// @throws Refusal.NotFound where there is none
  ModelRow locked(String name) {
    return required(sql.of(MODEL + " for update").set("name", name).first(ModelRow::read), name);
  }

  private static ModelRow required(@Nullable ModelRow found, String name) {
    if (found == null) {
      throw new Refusal.NotFound("there is no model " + name);
    }
    return found;
  }

  /// One revision further.
  void advance(ModelRow model) {
    sql.of("update model set revision = revision + 1 where id = :id").set("id", model.id()).run();
  }

  /// @throws Refusal.NotFound where there is none
  ModelVersion version(ModelRow model, int number) {
    ModelVersion found =
        sql.of(VERSION + " and v.number = :number")
            .set("model", model.id())
            .set("number", number)
            .first(row -> VersionRows.read(row, model.name()));
    if (found == null) {
      throw new Refusal.NotFound("model " + model.name() + " has no version " + number);
    }
    return found;
  }

  @Nullable ModelVersion ofContent(ModelRow model, Digest digest) {
    return sql.of(VERSION + " and v.digest = :digest")
        .set("model", model.id())
        .set("digest", digest.hex())
        .first(row -> VersionRows.read(row, model.name()));
  }

  /// Newest first.
  List<ModelVersion> newest(ModelRow model, long below, int limit) {
    return sql.of(VERSION + " and v.number < :below order by v.number desc limit :limit")
        .set("model", model.id())
        .set("below", below)
        .set("limit", limit)
        .list(row -> VersionRows.read(row, model.name()));
  }

  /// By name.
  List<Stage> stages(ModelRow model) {
    return sql.of("select " + STAGE + " from stage where model_id = :model order by name")
        .set("model", model.id())
        .list(Tables::stage);
  }

  @Nullable Stage stage(ModelRow model, String name) {
    return sql.of("select " + STAGE + " from stage where model_id = :model and name = :name")
        .set("model", model.id())
        .set("name", name)
        .first(Tables::stage);
  }

  static Stage stage(ResultSet row) throws SQLException {
    return new Stage(
        row.getString("name"),
        row.getInt("version"),
        row.getObject("previous", Integer.class),
        row.getLong("revision"),
        Sql.instant(row, "moved_at"),
        row.getString("moved_by"));
  }

  /// The number of the version that each alias points to, by name.
  Map<String, Integer> aliases(ModelRow model) {
    Map<String, Integer> aliases = new TreeMap<>();
    sql.of("select name, version from alias where model_id = :model")
        .set("model", model.id())
        .each(row -> aliases.put(row.getString("name"), row.getInt("version")));
    return aliases;
  }
}
