package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import org.jspecify.annotations.Nullable;

/// The table `model`, within the running transaction. Deleted models are hidden, except by
/// [#lockedEvenIfDeleted].
@ApplicationScoped
class ModelRepository implements PanacheRepository<ModelEntity> {
  @Nullable ModelRow rowOrNull(String name) {
    return find("name = ?1 and deletedAt is null", name).project(ModelRow.class).firstResult();
  }

  /// Finds a model for reading.
  ///
  /// @throws Refusal.NotFound if there is none
  ModelRow row(String name) {
    return required(rowOrNull(name), name);
  }

  /// Finds a model and locks its row until the transaction ends. Every change starts with this.
  ///
  /// @throws Refusal.NotFound if there is none
  ModelEntity locked(String name) {
    ModelEntity found = lockedEvenIfDeleted(name);
    return required(found == null || found.deleted() ? null : found, name);
  }

  @Nullable ModelEntity lockedEvenIfDeleted(String name) {
    return find("name = ?1", name).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
  }

  /// Detaches the entity after an SQL statement has changed its row: the next query reads it
  /// again.
  void forget(ModelEntity model) {
    getEntityManager().detach(model);
  }

  private static <T> T required(@Nullable T found, String name) {
    if (found == null) {
      throw new Refusal.NotFound("there is no model " + name);
    }
    return found;
  }
}
