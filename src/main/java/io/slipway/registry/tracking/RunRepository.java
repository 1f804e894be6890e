package io.slipway.registry.tracking;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.slipway.registry.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/// The table `run`, within the running transaction.
@ApplicationScoped
class RunRepository implements PanacheRepository<RunEntity> {
  /// Finds a run and locks its row, with which every change of it begins.
  ///
  /// @throws Refusal.NotFound if there is none
  RunEntity locked(String uuid) {
    RunEntity found =
        find("uuid = ?1", uuid).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
    if (found == null) {
      throw new Refusal.NotFound("there is no run " + uuid);
    }
    return found;
  }

  /// @throws Refusal.InvalidValue if it is deleted
  RunEntity active(String uuid) {
    return locked(uuid).active();
  }
}
