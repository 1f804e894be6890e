package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The table `model_version`, within the running transaction. Deleted versions are hidden.
@ApplicationScoped
class VersionRepository implements PanacheRepository<VersionEntity> {
  /// A window over the versions of each model: one statement for a page of models.
  private static final String NEWEST =
      """
      select v.model_id, %s from (
        select w.*, row_number() over (partition by w.model_id order by w.number desc) as place
        from model_version w where w.model_id = any(:models) and w.deleted_at is null) v
      where v.place <= :most order by v.number desc
      """
          .formatted(VersionRow.COLUMNS);

  private final Sql sql;

  VersionRepository(Sql sql) {
    this.sql = sql;
  }

  /// @throws Refusal.NotFound if there is none
  ModelVersion version(ModelIdentity model, int number) {
    VersionRow found = numbered(model, number).project(VersionRow.class).firstResult();
    return required(found, model, number).of(model.name());
  }

  /// The version for a change. The caller holds the lock on the model's row.
  ///
  /// @throws Refusal.NotFound if there is none
  VersionEntity entity(ModelIdentity model, int number) {
    return required(numbered(model, number).firstResult(), model, number);
  }

  private PanacheQuery<VersionEntity> numbered(ModelIdentity model, int number) {
    return find("modelId = ?1 and number = ?2 and deletedAt is null", model.id(), number);
  }

  private static <T> T required(@Nullable T found, ModelIdentity model, int number) {
    if (found == null) {
      throw new Refusal.NotFound("model " + model.name() + " has no version " + number);
    }
    return found;
  }

  /// The version of this kind with this content; null if there is none.
  @Nullable ModelVersion ofContent(ModelIdentity model, VersionKind kind, Digest digest) {
    VersionRow found =
        find(
                "modelId = ?1 and digest = ?2 and kind = ?3 and deletedAt is null",
                model.id(),
                digest.hex(),
                kind.word())
            .project(VersionRow.class)
            .firstResult();
    return found == null ? null : found.of(model.name());
  }

  /// The versions with a number less than `below`, newest first.
  List<ModelVersion> newest(ModelIdentity model, long below, int limit) {
    List<VersionRow> rows =
        find(
                "modelId = ?1 and number < ?2 and deletedAt is null order by number desc",
                model.id(),
                Math.clamp(below, 0, Integer.MAX_VALUE))
            .range(0, limit - 1)
            .project(VersionRow.class)
            .list();
    return rows.stream().map(row -> row.of(model.name())).toList();
  }

  /// The newest versions of each model in `models`, at most [Model#LATEST], newest first.
  Map<Long, List<ModelVersion>> newest(Collection<ModelRow> models) {
    Map<Long, String> names = new HashMap<>();
    models.forEach(model -> names.put(model.id(), model.name()));
    Map<Long, List<ModelVersion>> newest = new HashMap<>();
    sql.of(NEWEST)
        .set("models", List.copyOf(names.keySet()))
        .set("most", Model.LATEST)
        .each(
            row -> {
              long model = row.getLong("model_id");
              newest
                  .computeIfAbsent(model, _ -> new ArrayList<>())
                  .add(VersionRow.read(row).of(names.getOrDefault(model, "")));
            });
    return newest;
  }

  /// The number of versions of each model in `models`. Models without versions are left out.
  Map<Long, Integer> counts(List<Long> models) {
    List<VersionCount> counts =
        find(
                "select modelId, count(*) from VersionEntity"
                    + " where modelId in ?1 and deletedAt is null group by modelId",
                models)
            .project(VersionCount.class)
            .list();
    Map<Long, Integer> found = new HashMap<>();
    counts.forEach(count -> found.put(count.modelId(), Math.toIntExact(count.versions())));
    return found;
  }

  /// The large columns of the versions with these `numbers`, by number.
  Map<Integer, VersionDocuments> documents(ModelIdentity model, List<Integer> numbers) {
    List<VersionDocuments> found =
        find("modelId = ?1 and number in ?2 and deletedAt is null", model.id(), numbers)
            .project(VersionDocuments.class)
            .list();
    Map<Integer, VersionDocuments> documents = new TreeMap<>();
    found.forEach(one -> documents.put(one.number(), one));
    return documents;
  }

  /// Whether the version has a trusted signature.
  boolean signed(ModelIdentity model, int number) {
    return count("modelId = ?1 and number = ?2 and signed", model.id(), number) > 0;
  }

  /// Whether a version refers to `blob` that is not deleted, or was deleted after `horizon`.
  boolean needs(Digest blob, Instant horizon) {
    return count("blob = ?1 and (deletedAt is null or deletedAt > ?2)", blob.hex(), horizon) > 0;
  }

  /// Deletes all versions of a model.
  void delete(ModelIdentity model, Instant at) {
    update("deletedAt = ?1 where modelId = ?2 and deletedAt is null", at, model.id());
  }
}
