package io.slipway.registry.tracking;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.slipway.registry.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/// The table `experiment`, within the running transaction.
@ApplicationScoped
class ExperimentRepository implements PanacheRepository<ExperimentEntity> {
  /// @throws Refusal.NotFound if there is none
  ExperimentEntity locked(long id) {
    ExperimentEntity found = findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (found == null) {
      throw new Refusal.NotFound("there is no experiment " + id);
    }
    return found;
  }

  /// The experiment for something new in it.
  ///
  /// @throws Refusal.InvalidValue if it is deleted
  ExperimentEntity active(long id) {
    ExperimentEntity found = findById(id, LockModeType.PESSIMISTIC_READ);
    if (found == null) {
      throw new Refusal.NotFound("there is no experiment " + id);
    }
    if (found.deleted()) {
      throw new Refusal.InvalidValue("experiment_id", "the experiment " + id + " is deleted");
    }
    return found;
  }
}
