package io.slipway.registry;

import io.slipway.bundle.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/// Reads models and versions.
@ApplicationScoped
class Catalogue {
  private final EntityManager entities;

  Catalogue(EntityManager entities) {
    this.entities = entities;
  }

  Model find(String name) {
    return Transactions.call(() -> of(ModelEntity.existing(name)));
  }

  Page<Model> list(ModelQuery query) {
    return Transactions.call(
        () -> {
          List<Model> found = ModelRows.models(entities, search(query));
          return PageToken.page(found, query.limit(), Model::name);
        });
  }

  ModelVersion find(String name, int number) {
    return Transactions.call(
        () -> VersionEntity.existing(ModelEntity.existing(name), number).toVersion(name));
  }

  VersionDetail detail(String name, int number) {
    return Transactions.call(
        () -> {
          ModelEntity model = ModelEntity.existing(name);
          return details(model, List.of(VersionEntity.existing(model, number))).getFirst();
        });
  }

  /// Newest first.
  Page<VersionDetail> details(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () -> {
          ModelEntity model = ModelEntity.existing(name);
          List<VersionEntity> found =
              VersionEntity.newest(model, (int) Math.min(below, Integer.MAX_VALUE), limit + 1);
          return PageToken.page(
              details(model, found), limit, d -> Integer.toString(d.version().number()));
        });
  }

  private static List<VersionDetail> details(ModelEntity model, List<VersionEntity> versions) {
    List<StageEntity> stages = StageEntity.of(model);
    List<AliasEntity> aliases = AliasEntity.of(model);
    return versions.stream()
        .map(
            version ->
                new VersionDetail(
                    version.toVersion(model.name),
                    Json.tree(version.manifest),
                    Json.tree(version.signature),
                    Json.tree(version.checks),
                    Json.tree(version.files),
                    stages.stream()
                        .filter(stage -> stage.version == version.number)
                        .map(stage -> stage.name)
                        .toList(),
                    aliases.stream()
                        .filter(alias -> alias.version == version.number)
                        .map(alias -> alias.name)
                        .toList(),
                    model.revision))
        .toList();
  }

  Page<ModelVersion> versions(String name, @Nullable String token, int limit) {
    long below = PageToken.number(token, Integer.MAX_VALUE);
    return Transactions.call(
        () -> {
          List<VersionEntity> found =
              VersionEntity.newest(
                  ModelEntity.existing(name), (int) Math.min(below, Integer.MAX_VALUE), limit + 1);
          return PageToken.page(
              found.stream().map(version -> version.toVersion(name)).toList(),
              limit,
              version -> Integer.toString(version.number()));
        });
  }

  List<Wanted> wanted() {
    return Transactions.call(
        () -> entities.unwrap(Session.class).doReturningWork(WantedRows::read));
  }

  /// Whether a row refers to `blob`, or did after `horizon`.
  boolean needs(Digest blob, java.time.Instant horizon) {
    return Transactions.call(
        () ->
            VersionEntity.count(
                    "blob = ?1 and (deletedAt is null or deletedAt > ?2)", blob.hex(), horizon)
                > 0);
  }

  /// The archives of all versions but the deleted ones, in the order of registration.
  ///
  /// @param after the id of the last one that is known
  List<Scrubber.Archive> archives(long after, int limit) {
    return Transactions.call(
        () ->
            VersionEntity.getEntityManager()
                .createQuery(
                    "select v.id, m.name, v.number, v.blob from VersionEntity v, ModelEntity m"
                        + " where m.id = v.modelId and v.deletedAt is null and v.id > :after"
                        + " order by v.id",
                    Object[].class)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultStream()
                .map(
                    row ->
                        new Scrubber.Archive(
                            (Long) row[0],
                            (String) row[1],
                            (Integer) row[2],
                            new Digest((String) row[3])))
                .toList());
  }

  /// In the running transaction.
  Model of(ModelEntity row) {
    return ModelRows.models(entities, List.of(row)).getFirst();
  }

  @SuppressWarnings("unchecked")
  private List<ModelEntity> search(ModelQuery query) {
    StringBuilder sql =
        new StringBuilder("select m.* from model m where m.deleted_at is null and m.name > :after");
    Map<String, Object> values = new HashMap<>();
    values.put("after", PageToken.text(query.pageToken(), ""));
    if (query.text() != null && !query.text().isEmpty()) {
      sql.append(
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
      sql.append(" and (")
          .append(likes.isEmpty() ? "false" : String.join(" or ", likes))
          .append(")");
    }
    for (String tag : query.tags()) {
      int eq = tag.indexOf('=');
      if (eq < 0) {
        sql.append(" and jsonb_exists(m.tags, :t").append(n).append(")");
        values.put("t" + n, tag);
      } else {
        sql.append(" and m.tags @> cast(:t").append(n).append(" as jsonb)");
        values.put("t" + n, Json.write(Map.of(tag.substring(0, eq), tag.substring(eq + 1))));
      }
      n++;
    }
    if (query.stage() != null) {
      sql.append(" and exists (select 1 from stage s where s.model_id = m.id and s.name = :stage)");
      values.put("stage", query.stage().toLowerCase(Locale.ROOT));
    }
    sql.append(" order by m.name");
    Query native0 = entities.createNativeQuery(sql.toString(), ModelEntity.class);
    values.forEach(native0::setParameter);
    return native0.setMaxResults(query.limit() + 1).getResultList();
  }
}
