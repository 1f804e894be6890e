package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The table `stage`, within the running transaction.
@ApplicationScoped
class StageRepository implements PanacheRepository<StageEntity> {
  @Nullable Stage stage(ModelIdentity model, String name) {
    StageRow row =
        find("modelId = ?1 and name = ?2", model.id(), name).project(StageRow.class).firstResult();
    return row == null ? null : row.stage();
  }

  /// The stages of a model, in the order of their names.
  List<Stage> stages(ModelIdentity model) {
    return stages(List.of(model.id())).getOrDefault(model.id(), List.of());
  }

  /// The stages of each model in `models`, by the model's id. Models without stages are left out.
  Map<Long, List<Stage>> stages(List<Long> models) {
    List<StageRow> rows =
        find("modelId in ?1 order by name", models).project(StageRow.class).list();
    Map<Long, List<Stage>> stages = new HashMap<>();
    rows.forEach(
        row -> stages.computeIfAbsent(row.modelId(), _ -> new ArrayList<>()).add(row.stage()));
    return stages;
  }

  void delete(ModelIdentity model) {
    delete("modelId = ?1", model.id());
  }
}
