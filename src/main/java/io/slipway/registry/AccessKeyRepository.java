package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The table `access_key`, within the running transaction.
@ApplicationScoped
class AccessKeyRepository implements PanacheRepositoryBase<AccessKeyEntity, String> {
  /// @throws Refusal.NotFound if there is no such key
  AccessKeyEntity existing(String id) {
    return required(findById(id), id);
  }

  /// Finds a key and locks its row until the transaction ends.
  ///
  /// @throws Refusal.NotFound if there is no such key
  AccessKeyEntity locked(String id) {
    return required(findById(id, LockModeType.PESSIMISTIC_WRITE), id);
  }

  private static AccessKeyEntity required(@Nullable AccessKeyEntity found, String id) {
    if (found == null) {
      throw new Refusal.NotFound("there is no key " + id);
    }
    return found;
  }

  /// The keys created before `seq`, newest first.
  ///
  /// @param all whether to include revoked keys
  List<AccessKeyEntity> before(long seq, boolean all, int limit) {
    String live = all ? "" : " and revokedAt is null";
    return find("seq < ?1" + live + " order by seq desc", seq).range(0, limit - 1).list();
  }

  /// The number of keys that are not revoked.
  long live() {
    return count("revokedAt is null");
  }

  /// Records the time of a key's last use; never moves it back.
  void used(String id, Instant at) {
    update("lastUsedAt = ?1 where id = ?2 and (lastUsedAt is null or lastUsedAt < ?1)", at, id);
  }
}
