package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Moves aliases by the same rules as stages. Aliases are labels and can't be rolled back.
@ApplicationScoped
class Aliases {
  private final ModelRepository models;
  private final AliasRepository aliases;
  private final MoveRequests requests;
  private final Gates gates;
  private final AuditLog audit;

  Aliases(
      ModelRepository models,
      AliasRepository aliases,
      MoveRequests requests,
      Gates gates,
      AuditLog audit) {
    this.models = models;
    this.aliases = aliases;
    this.requests = requests;
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
    ModelEntity model = models.locked(change.model());
    String asked = "alias " + change.alias() + " to " + change.version();
    MoveRequests.Done done = requests.done(model, change.caller(), asked);
    if (done != null) {
      return new MoveResult.Done<>(
          new AliasMoved(
              model.name(), change.alias(), done.version(), done.previous(), done.revision()));
    }
    gates.revision(model, model.policy(), change.expectedRevision());
    AliasEntity row = aliases.entityOrNull(model, change.alias());
    Integer previous = row == null ? null : row.version();
    Integer version = change.version();
    if (version != null && row == null) {
      Names.free(change.alias(), model.policy());
    }
    if (version != null) {
      ModelVersion chosen = gates.servable(model, version);
      if (!ready.test(chosen)) {
        return new MoveResult.Cold<>(chosen);
      }
    } else if (row == null) {
      throw new Refusal.NotFound("model " + model.name() + " has no alias " + change.alias());
    }
    if (version != null && version.equals(previous)) {
      return new MoveResult.Done<>(
          new AliasMoved(model.name(), change.alias(), version, previous, model.revision()));
    }
    long revision = model.advance();
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
    write(model, row, change, at);
    requests.remember(
        model, change.caller(), new MoveRequests.Done(asked, version, previous, revision, at));
    return new MoveResult.Done<>(
        new AliasMoved(model.name(), change.alias(), version, previous, revision));
  }

  private void write(ModelEntity model, @Nullable AliasEntity row, AliasChange change, Instant at) {
    Integer version = change.version();
    if (version != null) {
      AliasEntity pointer = row == null ? new AliasEntity(model, change.alias()) : row;
      pointer.pointTo(version, at, change.caller().actor());
      aliases.persist(pointer);
    } else if (row != null) {
      aliases.delete(row);
    }
  }
}
