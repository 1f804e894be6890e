package io.slipway.registry;

import io.slipway.registry.AuditFinding.Code;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compares the rows of models, stages, aliases and versions with what the history says about
/// them, and finds those that were changed without the registry. A change and its entry are one
/// transaction, and each comparison is one statement, so a change that is being made is no finding.
///
/// It reads a page of models at a time, with their entries. Entries of later releases count as
/// moves if their action begins with `stage.` or `alias.` and they have a target.
@ApplicationScoped
class AuditedState {
  private static final int PAGE = 100;

  /// The models of a page. Entries of refused bundles have no revision.
  private static final String MODELS =
      """
      select m.id, m.name, m.revision, (
        select e.revision from audit_entry e
        where e.model = m.name collate "default" and e.revision is not null
        order by e.seq desc limit 1
      ) as told
      from model m where m.id > :after order by m.id limit :limit
      """;

  /// The stages and aliases that are not where their last move has put them. The deletion of a
  /// model removes its stages and aliases.
  private static final String POINTERS =
      """
      with batch as (
        select id, name collate "default" as model from model where id > :after and id <= :last
      ), begun as (
        select b.id, max(e.seq) as seq from batch b
        join audit_entry e on e.model = b.model and e.action = 'model.deleted' group by b.id
      ), told as (
        select distinct on (b.id, split_part(e.action, '.', 1), e.target)
          b.id, split_part(e.action, '.', 1) as kind, e.target as name,
          e.seq, e.from_value, e.to_value, e.revision
        from batch b join audit_entry e on e.model = b.model left join begun on begun.id = b.id
        where (e.action like 'stage.%' or e.action like 'alias.%') and e.target is not null
          and e.seq > coalesce(begun.seq, 0)
        order by b.id, split_part(e.action, '.', 1), e.target, e.seq desc
      ), pointer as (
        select s.model_id as id, 'stage' as kind, s.name collate "default" as name, s.version,
          s.previous, s.revision
        from stage s join batch b on b.id = s.model_id
        union all
        select a.model_id, 'alias', a.name collate "default", a.version, null, null
        from alias a join batch b on b.id = a.model_id
      )
      select b.model, kind, name, t.seq, t.from_value, t.to_value, p.version, p.previous
      from told t full join pointer p using (id, kind, name) join batch b using (id)
      where t.to_value is distinct from cast(p.version as text)
        or (kind = 'stage' and (t.from_value is distinct from cast(p.previous as text)
          or t.revision is distinct from p.revision))
      order by id, kind, name
      """;

  private static final String VERSIONS =
      """
      select m.name as model, v.number, v.digest, e.seq, e.to_value
      from model m join model_version v on v.model_id = m.id
      join audit_entry e on e.model = m.name collate "default"
        and e.action = 'version.registered' and e.version = v.number
      where m.id > :after and m.id <= :last and v.deleted_at is null
        and e.to_value <> 'sha256:' || v.digest
      order by m.id, v.number
      """;

  private final Sql sql;

  AuditedState(Sql sql) {
    this.sql = sql;
  }

  /// Compares all models, in several transactions, until `most` findings are found.
  List<AuditFinding> findings(int most) {
    List<AuditFinding> found = new ArrayList<>();
    long after = 0;
    while (found.size() < most) {
      long from = after;
      Long last = Transactions.<@Nullable Long>call(() -> page(from, found));
      if (last == null) {
        break;
      }
      after = last;
    }
    return List.copyOf(found.subList(0, Math.min(most, found.size())));
  }

  /// @return the id of the last model of the page; null if there is none
  private @Nullable Long page(long after, List<AuditFinding> found) {
    List<Long> ids = new ArrayList<>();
    sql.of(MODELS)
        .set("after", after)
        .set("limit", PAGE)
        .each(
            row -> {
              ids.add(row.getLong("id"));
              revision(row, found);
            });
    if (ids.isEmpty()) {
      return null;
    }
    long last = ids.getLast();
    sql.of(POINTERS).set("after", after).set("last", last).each(row -> found.add(pointer(row)));
    sql.of(VERSIONS).set("after", after).set("last", last).each(row -> found.add(version(row)));
    return last;
  }

  private static void revision(ResultSet row, List<AuditFinding> found) throws SQLException {
    long revision = row.getLong("revision");
    long told = row.getLong("told");
    if (revision != told) {
      found.add(
          new AuditFinding(
              Code.REVISION_DIFFERS,
              row.getString("name"),
              null,
              "the model has the revision " + revision + ", its newest entry " + told));
    }
  }

  private static AuditFinding pointer(ResultSet row) throws SQLException {
    boolean stage = row.getString("kind").equals("stage");
    return new AuditFinding(
        stage ? Code.STAGE_DIFFERS : Code.ALIAS_DIFFERS,
        row.getString("model"),
        row.getString("name"),
        "it points to "
            + shown(row.getString("version"))
            + (stage ? ", before that to " + shown(row.getString("previous")) : "")
            + "; by the history to "
            + shown(row.getString("to_value"))
            + (stage ? ", before that to " + shown(row.getString("from_value")) : "")
            + (row.getString("seq") == null ? "" : " (entry " + row.getString("seq") + ")"));
  }

  private static String shown(@Nullable String version) {
    return version == null ? "no version" : "version " + version;
  }

  private static AuditFinding version(ResultSet row) throws SQLException {
    return new AuditFinding(
        Code.VERSION_DIFFERS,
        row.getString("model"),
        row.getString("number"),
        "it has the digest sha256:%s, but %s was registered (entry %d)"
            .formatted(row.getString("digest"), row.getString("to_value"), row.getLong("seq")));
  }
}
