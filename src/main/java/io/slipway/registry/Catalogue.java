package io.slipway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads models and versions.
@ApplicationScoped
class Catalogue {
  private static final String ARCHIVES =
      """
      select v.id, m.name, v.number, v.blob from model_version v join model m on m.id = v.model_id
      where v.deleted_at is null and v.blob is not null and v.id > :after order by v.id limit :limit
      """;

  private static final String ARTIFACT = "select 1 from artifact where blob = :blob limit 1";

  private static final String OF_ROW =
      """
      select m.name, v.number, v.deleted_at is not null or m.deleted_at is not null as deleted,
        coalesce(v.manifest -> 'output' -> 'labels', jsonb_build_array()) as labels
      from model_version v join model m on m.id = v.model_id where v.id = :row
      """;

  private final Sql sql;
  private final ModelSearch search;
  private final ModelRepository models;
  private final VersionRepository versions;
  private final StageRepository stages;
  private final AliasRepository aliases;

  Catalogue(
      Sql sql,
      ModelSearch search,
      ModelRepository models,
      VersionRepository versions,
      StageRepository stages,
      AliasRepository aliases) {
    this.sql = sql;
    this.search = search;
    this.models = models;
    this.versions = versions;
    this.stages = stages;
    this.aliases = aliases;
  }

  Model find(String name) {
    return Transactions.call(() -> now(name));
  }

  /// Like [#find(String)], within the running transaction.
  Model now(String name) {
    return models(List.of(models.row(name))).getFirst();
  }

  Page<Model> list(ModelQuery query) {
    return Transactions.call(() -> page(query));
  }

  /// Like [#list], within the running transaction: five statements, whatever the number of
  /// models.
  Page<Model> page(ModelQuery query) {
    return PageToken.page(models(search.search(query)), query.limit(), Model::name);
  }

  /// Models with their stages, aliases and newest versions, in the order of `rows`.
  private List<Model> models(List<ModelRow> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    List<Long> ids = rows.stream().map(ModelRow::id).toList();
    Map<Long, List<Stage>> staged = stages.stages(ids);
    Map<Long, Map<String, Integer>> named = aliases.aliases(ids);
    Map<Long, List<ModelVersion>> newest = versions.newest(rows);
    Map<Long, Integer> counts = versions.counts(ids);
    return rows.stream()
        .map(
            row ->
                new Model(
                    row.name(),
                    row.displayName(),
                    row.description(),
                    row.owner(),
                    Json.texts(row.tags()),
                    row.rules(),
                    row.revision(),
                    row.createdAt(),
                    List.copyOf(staged.getOrDefault(row.id(), List.of())),
                    named.getOrDefault(row.id(), Map.of()),
                    List.copyOf(newest.getOrDefault(row.id(), List.of())),
                    counts.getOrDefault(row.id(), 0)))
        .toList();
  }

  ModelVersion find(String name, int number) {
    return Transactions.call(() -> versions.version(models.row(name), number));
  }

  /// The version with the row id `row`, even if deleted; null if there is none.
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
          ModelRow model = models.row(name);
          return details(model, List.of(versions.version(model, number))).getFirst();
        });
  }

  /// The versions with all details, newest first.
  Page<VersionDetail> details(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () -> {
          ModelRow model = models.row(name);
          Page<ModelVersion> page =
              PageToken.page(versions.newest(model, below, limit + 1), limit, Catalogue::numberOf);
          return new Page<>(details(model, page.items()), page.nextPageToken());
        });
  }

  private List<VersionDetail> details(ModelRow model, List<ModelVersion> found) {
    List<Stage> staged = stages.stages(model);
    Map<String, Integer> named = aliases.aliases(model);
    Map<Integer, VersionDocuments> documents =
        versions.documents(model, found.stream().map(ModelVersion::number).toList());
    return found.stream()
        .map(
            version -> {
              int number = version.number();
              VersionDocuments of = Objects.requireNonNull(documents.get(number));
              return new VersionDetail(
                  version,
                  document(of.manifest()),
                  document(of.signature()),
                  document(of.checks()),
                  Json.tree(of.files()),
                  staged.stream().filter(s -> s.version() == number).map(Stage::name).toList(),
                  named.entrySet().stream()
                      .filter(alias -> alias.getValue() == number)
                      .map(Map.Entry::getKey)
                      .toList(),
                  model.revision());
            })
        .toList();
  }

  private static JsonNode document(@Nullable String json) {
    return json == null ? MissingNode.getInstance() : Json.tree(json);
  }

  Page<ModelVersion> versions(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () ->
            PageToken.page(
                versions.newest(models.row(name), below, limit + 1), limit, Catalogue::numberOf));
  }

  private static String numberOf(ModelVersion version) {
    return Integer.toString(version.number());
  }

  List<Wanted> wanted() {
    return Transactions.call(() -> WantedRows.read(sql));
  }

  List<Wanted> wanted(List<String> models) {
    return Transactions.call(() -> WantedRows.read(sql, models));
  }

  /// Whether a version refers to `blob` that is not deleted, or was deleted after `horizon`, or an
  /// artifact of a run or of a logged model.
  boolean needs(Digest blob, Instant horizon) {
    return Transactions.call(() -> versions.needs(blob, horizon) || isArtifact(blob));
  }

  private boolean isArtifact(Digest blob) {
    return sql.of(ARTIFACT).set("blob", blob.hex()).first(row -> row.getInt(1)) != null;
  }

  /// The archives of all versions that are not deleted, in the order of registration.
  ///
  /// @param after the row id of the version to continue after
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
}
