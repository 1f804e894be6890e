package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

/// The table `stage_move`, within the running transaction: every version that a stage has pointed
/// to.
@ApplicationScoped
class StageMoveRepository implements PanacheRepository<StageMoveEntity> {
  private static final String ACTION =
      "select action from audit_entry where model = :model and revision = :revision"
          + " and target = :stage order by seq desc limit 1";

  private final Sql sql;

  StageMoveRepository(Sql sql) {
    this.sql = sql;
  }

  /// Whether the last move of `stage` was a rollback; `now` is the state after that move.
  boolean byRollback(ModelIdentity model, String stage, Stage now) {
    String action =
        sql.of(ACTION)
            .set("model", model.name())
            .set("revision", now.revision())
            .set("stage", stage)
            .first(row -> row.getString(1));
    return "stage.rolled_back".equals(action);
  }

  /// Whether `stage` has ever pointed to `version`.
  boolean held(ModelIdentity model, String stage, int version) {
    return count("modelId = ?1 and stage = ?2 and version = ?3", model.id(), stage, version) > 0;
  }
}
