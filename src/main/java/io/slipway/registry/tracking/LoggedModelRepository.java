package io.slipway.registry.tracking;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.slipway.registry.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/// The table `logged_model`, within the running transaction. Deleted ones are hidden.
@ApplicationScoped
class LoggedModelRepository implements PanacheRepository<LoggedModelEntity> {
  /// @throws Refusal.NotFound if there is none
  LoggedModelEntity locked(String uuid) {
    LoggedModelEntity found =
        find("uuid = ?1 and not deleted", uuid)
            .withLock(LockModeType.PESSIMISTIC_WRITE)
            .firstResult();
    if (found == null) {
      throw new Refusal.NotFound("there is no logged model " + uuid);
    }
    return found;
  }
}
