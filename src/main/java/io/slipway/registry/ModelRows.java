package io.slipway.registry;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Models with their stages, aliases and newest versions: four queries, however many models they
/// are.
final class ModelRows {
  private static final String NEWEST =
      """
      select v from (select w.id as id,
        row_number() over (partition by w.modelId order by w.number desc) as place
        from VersionEntity w where w.modelId in :models and w.deletedAt is null) n
      join VersionEntity v on v.id = n.id where n.place <= :most order by v.number desc
      """;

  private static final String COUNTS =
      """
      select v.modelId, count(*) from VersionEntity v
      where v.modelId in :models and v.deletedAt is null group by v.modelId
      """;

  private final Map<Long, List<StageEntity>> stages;
  private final Map<Long, List<AliasEntity>> aliases;
  private final Map<Long, List<VersionEntity>> newest;
  private final Map<Long, Long> counts;

  private ModelRows(EntityManager entities, List<Long> models) {
    stages = StageEntity.of(models).stream().collect(groupingBy(stage -> stage.modelId));
    aliases = AliasEntity.of(models).stream().collect(groupingBy(alias -> alias.modelId));
    newest =
        entities
            .createQuery(NEWEST, VersionEntity.class)
            .setParameter("models", models)
            .setParameter("most", Model.LATEST)
            .getResultStream()
            .collect(groupingBy(version -> version.modelId));
    counts =
        entities
            .createQuery(COUNTS, Object[].class)
            .setParameter("models", models)
            .getResultStream()
            .collect(toMap(row -> (Long) row[0], row -> (Long) row[1]));
  }

  /// In the order of `rows`.
  static List<Model> models(EntityManager entities, List<ModelEntity> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    ModelRows all = new ModelRows(entities, rows.stream().map(ModelEntity::key).toList());
    return rows.stream().map(all::model).toList();
  }

  private Model model(ModelEntity row) {
    Map<String, Integer> pointers = new TreeMap<>();
    aliases
        .getOrDefault(row.key(), List.of())
        .forEach(alias -> pointers.put(alias.name, alias.version));
    return new Model(
        row.name,
        row.description,
        row.owner,
        Json.texts(row.tags),
        PolicyReader.read(Json.tree(row.policy)),
        row.revision,
        row.createdAt,
        stages.getOrDefault(row.key(), List.of()).stream().map(StageEntity::toStage).toList(),
        pointers,
        newest.getOrDefault(row.key(), List.of()).stream()
            .map(version -> version.toVersion(row.name))
            .toList(),
        counts.getOrDefault(row.key(), 0L).intValue());
  }
}
