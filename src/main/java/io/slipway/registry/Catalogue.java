package io.slipway.registry;

import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads models and versions.
@ApplicationScoped
class Catalogue {
  private static final String DETAILS =
      "select "
          + VersionRows.COLUMNS
          + ", v.manifest, v.signature, v.checks, v.files from model_version v"
          + " where v.model_id = :model and v.deleted_at is null";

  private static final String NEEDS =
      """
      select 1 from model_version
      where blob = :blob and (deleted_at is null or deleted_at > :horizon) limit 1
      """;

  private static final String ARCHIVES =
      """
      select v.id, m.name, v.number, v.blob from model_version v join model m on m.id = v.model_id
      where v.deleted_at is null and v.id > :after order by v.id limit :limit
      """;

  private static final String OF_ROW =
      """
      select m.name, v.number, v.deleted_at is not null or m.deleted_at is not null as deleted,
        coalesce(v.manifest -> 'output' -> 'labels', jsonb_build_array()) as labels
      from model_version v join model m on m.id = v.model_id where v.id = :row
      """;

  private final Sql sql;
  private final Tables tables;

  Catalogue(Sql sql, Tables tables) {
    this.sql = sql;
    this.tables = tables;
  }

  Model find(String name) {
    return Transactions.call(() -> of(tables.model(name)));
  }

  Page<Model> list(ModelQuery query) {
    return Transactions.call(
        () -> {
          List<Model> found = ModelRows.models(sql, search(query));
          return PageToken.page(found, query.limit(), Model::name);
        });
  }

  ModelVersion find(String name, int number) {
    return Transactions.call(() -> tables.version(tables.model(name), number));
  }

  /// The version in the row `row`, deleted or not; null where there is none.
  @Nullable PredictingVersion predicting(long row) {
    return Transactions.call(
        () ->
            sql.of(OF_ROW)
                .set("row", row)
                .first(
                    found ->
                        new PredictingVersion(
                            found.getString("name"),
                            found.getInt("number"),
                            found.getBoolean("deleted"),
                            Json.list(found.getString("labels")))));
  }

  VersionDetail detail(String name, int number) {
    return Transactions.call(
        () -> {
          ModelRow model = tables.model(name);
          tables.version(model, number);
          Sql.Statement query = sql.of(DETAILS + " and v.number = :number").set("number", number);
          return details(model, query).getFirst();
        });
  }

  /// Newest first.
  Page<VersionDetail> details(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () -> {
          Sql.Statement query =
              sql.of(DETAILS + " and v.number < :below order by v.number desc limit :limit")
                  .set("below", below)
                  .set("limit", limit + 1);
          return PageToken.page(
              details(tables.model(name), query),
              limit,
              d -> Integer.toString(d.version().number()));
        });
  }

  private List<VersionDetail> details(ModelRow model, Sql.Statement query) {
    List<Stage> stages = tables.stages(model);
    Map<String, Integer> aliases = tables.aliases(model);
    return query
        .set("model", model.id())
        .list(
            row -> {
              ModelVersion version = VersionRows.read(row, model.name());
              int number = version.number();
              return new VersionDetail(
                  version,
                  Json.tree(row.getString("manifest")),
                  Json.tree(row.getString("signature")),
                  Json.tree(row.getString("checks")),
                  Json.tree(row.getString("files")),
                  stages.stream().filter(s -> s.version() == number).map(Stage::name).toList(),
                  aliases.entrySet().stream()
                      .filter(alias -> alias.getValue() == number)
                      .map(Map.Entry::getKey)
                      .toList(),
                  model.revision());
            });
  }

  Page<ModelVersion> versions(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () -> {
          List<ModelVersion> found = tables.newest(tables.model(name), below, limit + 1);
          return PageToken.page(found, limit, version -> Integer.toString(version.number()));
        });
  }

  List<Wanted> wanted() {
    return Transactions.call(() -> WantedRows.read(sql));
  }

  /// Whether a row refers to `blob`, or did after `horizon`.
  boolean needs(Digest blob, Instant horizon) {
    return Transactions.call(
        () ->
            sql.of(NEEDS)
                    .set("blob", blob.hex())
                    .set("horizon", horizon)
                    .first(row -> row.getInt(1))
                != null);
  }

  /// The archives of all versions but the deleted ones, in the order of registration.
  ///
  /// @param after the id of the last one that is known
  List<Scrubber.Archive> archives(long after, int limit) {
    return Transactions.call(
        () ->
            sql.of(ARCHIVES)
                .set("after", after)
                .set("limit", limit)
                .list(
                    row ->
                        new Scrubber.Archive(
                            row.getLong("id"),
                            row.getString("name"),
                            row.getInt("number"),
                            new Digest(row.getString("blob")))));
  }

  /// In the running transaction.
  Model of(ModelRow row) {
    return ModelRows.models(sql, List.of(row)).getFirst();
  }

  private List<ModelRow> search(ModelQuery query) {
    StringBuilder text =
        new StringBuilder("select ")
            .append(ModelRow.COLUMNS)
            .append(" from model m where m.deleted_at is null and m.name > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", PageToken.text(query.pageToken(), ""));
    if (query.text() != null && !query.text().isEmpty()) {
      text.append(
          " and (m.name ilike :q or m.description ilike :q or m.owner ilike :q"
              + " or cast(m.tags as text) ilike :q"
              + " or exists (select 1 from model_version v where v.model_id = m.id"
              + " and v.deleted_at is null and cast(v.manifest -> 'lineage' as text) ilike :q))");
      values.put("q", "%" + query.text().replaceAll("([\\\\%_])", "\\\\$1") + "%");
    }
    int n = 0;
    if (!query.names().contains("*")) {
      List<String> likes = new ArrayList<>();
      for (String name : query.names()) {
        likes.add("m.name like :n" + n);
        values.put("n" + n++, name.replaceAll("([\\\\%_])", "\\\\$1").replace('*', '%'));
      }
      text.append(" and (")
          .append(likes.isEmpty() ? "false" : String.join(" or ", likes))
          .append(")");
    }
    for (String tag : query.tags()) {
      int eq = tag.indexOf('=');
      if (eq < 0) {
        text.append(" and jsonb_exists(m.tags, :t").append(n).append(")");
        values.put("t" + n, tag);
      } else {
        text.append(" and m.tags @> cast(:t").append(n).append(" as jsonb)");
        values.put("t" + n, Json.write(Map.of(tag.substring(0, eq), tag.substring(eq + 1))));
      }
      n++;
    }
    if (query.stage() != null) {
      text.append(
          " and exists (select 1 from stage s where s.model_id = m.id and s.name = :stage)");
      values.put("stage", query.stage().toLowerCase(Locale.ROOT));
    }
    text.append(" order by m.name limit :limit");
    Sql.Statement statement = sql.of(text.toString()).set("limit", query.limit() + 1);
    values.forEach(statement::set);
    return statement.list(ModelRow::read);
  }
}
