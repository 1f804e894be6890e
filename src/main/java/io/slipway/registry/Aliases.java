package io.slipway.registry;

import io.slipway.registry.RegistryEvent.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Consumer;
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

  AliasMoved move(AliasChange change, Consumer<ModelVersion> prepare) {
    Names.alias(change.alias());
    Names.reason(change.reason());
    if (change.version() != null) {
      int number = change.version();
      prepare.accept(
          Transactions.call(
              () -> {
                ModelEntity model = ModelEntity.existing(change.model());
                return check(model, change, number).toVersion(model.name);
              }));
    }
    Committed committed = Transactions.call(() -> commit(change));
    AliasMoved moved = committed.moved;
    if (committed.at != null) {
      metrics.revision(moved.model(), moved.revision());
      events.publish(
          new RegistryEvent(
              Kind.ALIAS_MOVED,
              moved.model(),
              moved.version(),
              moved.alias(),
              moved.previous(),
              moved.revision(),
              committed.at,
              change.caller().actor()));
    }
    return moved;
  }

  private static VersionEntity check(ModelEntity model, AliasChange change, int number) {
    Policy policy = PolicyReader.read(Json.tree(model.policy));
    Gates.revision(model, policy, change.expectedRevision());
    return Gates.servable(model, policy, number);
  }

  private Committed commit(AliasChange change) {
    ModelEntity model = ModelEntity.locked(change.model());
    AliasEntity row = AliasEntity.of(model, change.alias());
    Integer previous = row == null ? null : row.version;
    Integer version = change.version();
    if (version != null) {
      check(model, change, version);
    } else {
      Gates.revision(model, PolicyReader.read(Json.tree(model.policy)), change.expectedRevision());
      if (row == null) {
        throw new Refusal.NotFound("model " + model.name + " has no alias " + change.alias());
      }
    }
    if (version != null && version.equals(previous)) {
      return new Committed(
          new AliasMoved(model.name, change.alias(), version, previous, model.revision), null);
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
    return new Committed(
        new AliasMoved(model.name, change.alias(), version, previous, revision), at);
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

  private record Committed(AliasMoved moved, @Nullable Instant at) {}
}
