package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The table `audit_entry`, within the running transaction. Only [AuditLog] may append.
@ApplicationScoped
class AuditRepository implements PanacheRepositoryBase<AuditEntity, Long> {
  /// Inserts the entry at once, so that the database refuses it here and not at the commit.
  void append(AuditEntry entry) {
    persistAndFlush(new AuditEntity(entry));
  }

  /// The entries before `seq`, newest first, of one model or of all.
  List<AuditEntry> before(long seq, @Nullable String model, int limit) {
    PanacheQuery<AuditEntity> found =
        model == null
            ? find("seq < ?1 order by seq desc", seq)
            : find("seq < ?1 and model = ?2 order by seq desc", seq, model);
    return first(found, limit);
  }

  /// The entries of one version, newest first.
  List<AuditEntry> of(String model, int version, int limit) {
    return first(find("model = ?1 and version = ?2 order by seq desc", model, version), limit);
  }

  /// The entries after `seq`, oldest first.
  List<AuditEntry> after(long seq, int limit) {
    return first(find("seq > ?1 order by seq", seq), limit);
  }

  /// The newest entry of each model in `models` that has one.
  List<AuditEntry> last(List<String> models) {
    return find(
            "seq in (select max(e.seq) from AuditEntity e where e.model in ?1 group by e.model)",
            models)
        .stream()
        .map(AuditEntity::entry)
        .toList();
  }

  private static List<AuditEntry> first(PanacheQuery<AuditEntity> found, int limit) {
    return found.range(0, limit - 1).stream().map(AuditEntity::entry).toList();
  }
}
