package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The table `alias`, within the running transaction.
@ApplicationScoped
class AliasRepository implements PanacheRepository<AliasEntity> {
  /// The alias for a change, or null. The caller holds the lock on the model's row.
  @Nullable AliasEntity entityOrNull(ModelIdentity model, String name) {
    return find("modelId = ?1 and name = ?2", model.id(), name).firstResult();
  }

  /// The version numbers that the model's aliases point to, by alias.
  Map<String, Integer> aliases(ModelIdentity model) {
    return aliases(List.of(model.id())).getOrDefault(model.id(), Map.of());
  }

  /// The aliases of each model in `models`, by the model's id. Models without aliases are left
  /// out.
  Map<Long, Map<String, Integer>> aliases(List<Long> models) {
    List<AliasRow> rows = find("modelId in ?1", models).project(AliasRow.class).list();
    Map<Long, Map<String, Integer>> aliases = new HashMap<>();
    rows.forEach(
        row ->
            aliases
                .computeIfAbsent(row.modelId(), _ -> new TreeMap<>())
                .put(row.name(), row.version()));
    return aliases;
  }

  void delete(ModelIdentity model) {
    delete("modelId = ?1", model.id());
  }
}
