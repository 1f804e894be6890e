package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/// The table `event`, within the running transaction.
@ApplicationScoped
class EventRepository implements PanacheRepositoryBase<EventEntity, Long> {
  /// The events after `sequence`, oldest first.
  List<RegistryEvent> after(long sequence, int limit) {
    return find("sequence > ?1 order by sequence", sequence).range(0, limit - 1).stream()
        .map(EventEntity::event)
        .toList();
  }

  /// Removes events that happened before `horizon`, and all but the newest `most`. The newest one
  /// stays in any case: the next number follows from it.
  ///
  /// @return the number of removed events
  long forget(Instant horizon, long most) {
    return delete(
        "sequence < (select max(e.sequence) from EventEntity e)"
            + " and (at < ?1 or sequence <= (select max(e.sequence) from EventEntity e) - ?2)",
        horizon,
        most);
  }
}
