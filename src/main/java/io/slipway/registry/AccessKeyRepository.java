package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The table `access_key`, in the running transaction.
@ApplicationScoped
class AccessKeyRepository implements PanacheRepositoryBase<AccessKeyEntity, String> {
  /// @throws Refusal.NotFound where there is none
  AccessKeyEntity existing(String id) {
    return required(findById(id), id);
  }

  /// The key, its row locked until the transaction ends.
  ///
  /// @throws Refusal.NotFound where there is none
  AccessKeyEntity locked(String id) {
    return required(findById(id, LockModeType.PESSIMISTIC_WRITE), id);
  }

  private static AccessKeyEntity required(@Nullable AccessKeyEntity found, String id) {
    if (found == null) {
      throw new Refusal.NotFound("there is no key " + id);
    }
    return found;
  }

  /// Those that were made before `seq`, newest first.
  ///
  /// @param all those that are revoked too
  List<AccessKeyEntity> before(long seq, boolean all, int limit) {
    String live = all ? "" : " and revokedAt is null";
    return find("seq < ?1" + live + " order by seq desc", seq).range(0, limit - 1).list();
  }

  /// How many are not revoked.
  long live() {
    return count("revokedAt is null");
  }

  /// Notes when a key was used last; never back in time.
  void used(String id, Instant at) {
    update("lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt < ?1)", at, id);
  }
}
