package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import org.jspecify.annotations.Nullable;

/// The table `model`, in the running transaction. Deleted models are not there, but for
/// [#lockedEvenIfDeleted].
@ApplicationScoped
class ModelRepository implements PanacheRepository<ModelEntity> {
  @Nullable ModelRow rowOrNull(String name) {
    return find("name = ?1 and deletedAt is null", name).project(ModelRow.class).firstResult();
  }

  /// The model as it is; not for a change.
  ///
  /// @throws Refusal.NotFound where there is none
  ModelRow row(String name) {
    return required(rowOrNull(name), name);
  }

  /// The model, its row locked until the transaction ends: every change begins so.
  ///
  /// @throws Refusal.NotFound where there is none
  ModelEntity locked(String name) {
    ModelEntity found = lockedEvenIfDeleted(name);
    return required(found == null || found.deleted() ? null : found, name);
  }

  @Nullable ModelEntity lockedEvenIfDeleted(String name) {
    return find("name = ?1", name).withLock(LockModeType.PESSIMISTIC_WRITE).firstResult();
  }

  /// Has it read anew by whoever asks next in this transaction: a statement has changed its row.
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
