package io.slipway.registry;

import io.slipway.registry.RegistryEvent.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Moves aliases, by the same rules as stages; they are labels, so there is no undo.
@ApplicationScoped
class Aliases {
  private final AuditLog audit;
  private final RegistryEvents events;
  private final RegistryMetrics metrics;

  Aliases(AuditLog audit, RegistryEvents events, RegistryMetrics metrics) {
    this.audit = audit;
    this.events = events;
    this.metrics = metrics;
  }

  AliasMoved move(AliasChange change, Preparation preparation) {
    Names.alias(change.alias());
    Names.reason(change.reason());
    Committed committed =
        Outcome.of(
            preparation, "the version was replaced meanwhile", ready -> commit(change, ready));
    return told(change, committed.moved(), committed.at());
  }

  private AliasMoved told(AliasChange change, AliasMoved moved, @Nullable Instant at) {
    if (at != null) {
      metrics.revision(moved.model(), moved.revision());
      events.publish(
          new RegistryEvent(
              Kind.ALIAS_MOVED,
              moved.model(),
              moved.version(),
              moved.alias(),
              moved.previous(),
              moved.revision(),
              at,
              change.caller().actor()));
    }
    return moved;
  }

  private Outcome<Committed> commit(AliasChange change, Predicate<ModelVersion> ready) {
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
          new Committed(
              new AliasMoved(model.name, change.alias(), version, previous, model.revision), null));
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
        new Committed(new AliasMoved(model.name, change.alias(), version, previous, revision), at));
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

  /// @param at when; null where nothing was to be done
  private record Committed(AliasMoved moved, @Nullable Instant at) {}
}
