package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Predicate;

/// Moves aliases, by the same rules as stages; they are labels, so there is no undo.
@ApplicationScoped
class Aliases {
  private static final String POINT =
      """
      insert into alias (model_id, name, version, moved_at, moved_by)
      values (:model, :name, :version, :at, :actor)
      on conflict (model_id, name) do update
      set version = excluded.version, moved_at = excluded.moved_at, moved_by = excluded.moved_by
      """;

  private final Sql sql;
  private final Tables tables;
  private final Gates gates;
  private final AuditLog audit;

  Aliases(Sql sql, Tables tables, Gates gates, AuditLog audit) {
    this.sql = sql;
    this.tables = tables;
    this.gates = gates;
    this.audit = audit;
  }

  AliasMoved move(AliasChange change, Preparation preparation) {
    Names.alias(change.alias());
    Names.reason(change.reason());
    return MoveResult.of(
        preparation, "the version was replaced meanwhile", ready -> commit(change, ready));
  }

  private MoveResult<AliasMoved> commit(AliasChange change, Predicate<ModelVersion> ready) {
    ModelRow model = tables.locked(change.model());
    gates.revision(model, model.policy(), change.expectedRevision());
    Integer previous = tables.aliases(model).get(change.alias());
    Integer version = change.version();
    if (version != null) {
      ModelVersion chosen = gates.servable(model, version);
      if (!ready.test(chosen)) {
        return new MoveResult.Cold<>(chosen);
      }
    } else if (previous == null) {
      throw new Refusal.NotFound("model " + model.name() + " has no alias " + change.alias());
    }
    if (version != null && version.equals(previous)) {
      return new MoveResult.Done<>(
          new AliasMoved(model.name(), change.alias(), version, previous, model.revision()));
    }
    tables.advance(model);
    long revision = model.revision() + 1;
    Instant at =
        audit.append(
            NewAuditEntry.of(
                    change.caller(),
                    version == null ? "alias.removed" : "alias.moved",
                    model.name())
                .version(version)
                .target(change.alias())
                .fromTo(previous, version)
                .reason(change.reason())
                .revision(revision));
    if (version == null) {
      sql.of("delete from alias where model_id = :model and name = :name")
          .set("model", model.id())
          .set("name", change.alias())
          .run();
    } else {
      sql.of(POINT)
          .set("model", model.id())
          .set("name", change.alias())
          .set("version", version)
          .set("at", at)
          .set("actor", change.caller().actor())
          .run();
    }
    return new MoveResult.Done<>(
        new AliasMoved(model.name(), change.alias(), version, previous, revision));
  }
}
