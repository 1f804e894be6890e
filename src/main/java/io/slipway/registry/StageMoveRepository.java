package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

/// The table `stage_move`, in the running transaction: every version that a stage ever pointed to.
@ApplicationScoped
class StageMoveRepository implements PanacheRepository<StageMoveEntity> {
  /// Whether `stage` ever pointed to `version`.
  boolean held(ModelIdentity model, String stage, int version) {
    return count("modelId = ?1 and stage = ?2 and version = ?3", model.id(), stage, version) > 0;
  }
}
