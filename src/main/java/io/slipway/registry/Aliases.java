package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Moves aliases, by the same rules as stages; they are labels, so there is no undo.
@ApplicationScoped
class Aliases {
  private final AuditLog audit;

  Aliases(AuditLog audit) {
    this.audit = audit;
  }

  AliasMoved move(AliasChange change, Preparation preparation) {
    Names.alias(change.alias());
    Names.reason(change.reason());
    return Outcome.of(
        preparation, "the version was replaced meanwhile", ready -> commit(change, ready));
  }

  private Outcome<AliasMoved> commit(AliasChange change, Predicate<ModelVersion> ready) {
    ModelEntity model = ModelEntity.locked(change.model());
    Policy policy = PolicyReader.read(Json.tree(model.policy));
    Gates.revision(model, policy, change.expectedRevision());
    AliasEntity row = AliasEntity.of(model, change.alias());
    Integer previous = row == null ? null : row.version;
    Integer version = change.version();
    if (version != null) {
      ModelVersion chosen = Gates.servable(model, policy, version).toVersion(model.name);
      if (!ready.test(chosen)) {
        return new Outcome.Cold<>(chosen);
      }
    } else if (row == null) {
      throw new Refusal.NotFound("model " + model.name + " has no alias " + change.alias());
    }
    if (version != null && version.equals(previous)) {
      return new Outcome.Done<>(
          new AliasMoved(model.name, change.alias(), version, previous, model.revision));
    }
    long revision = model.advance();
    Instant at =
        audit.append(
            Change.of(
                    change.caller(), version == null ? "alias.removed" : "alias.moved", model.name)
                .version(version)
                .target(change.alias())
                .fromTo(previous, version)
                .reason(change.reason())
                .revision(revision));
    write(model, row, change, version, at);
    return new Outcome.Done<>(
        new AliasMoved(model.name, change.alias(), version, previous, revision));
  }

  private static void write(
      ModelEntity model,
      @Nullable AliasEntity row,
      AliasChange change,
      @Nullable Integer version,
      Instant at) {
    if (version == null) {
      if (row != null) {
        row.delete();
      }
      return;
    }
    AliasEntity pointer = row == null ? new AliasEntity() : row;
    pointer.modelId = model.key();
    pointer.name = change.alias();
    pointer.version = version;
    pointer.movedAt = at;
    pointer.movedBy = change.caller().actor();
    pointer.persist();
  }
}
