package io.slipway.registry;

import io.slipway.registry.RegistryEvent.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.UUID;

/// Goes through the transaction of a rollback, on a model that exists in that transaction only, and
/// undoes it. The first real rollback comes in an emergency, when the processors are busy: it shall
/// not be the one on which the virtual machine loads, interprets and compiles the path for the
/// first time, which was measured to take from a quarter of a second to two.
@ApplicationScoped
class Rehearsal {
  private static final Caller CALLER = new Caller("rehearsal", null);
  private static final String STAGE = "production";

  private final Stages stages;
  private final AuditLog audit;
  private final EntityManager entities;

  Rehearsal(Stages stages, AuditLog audit, EntityManager entities) {
    this.stages = stages;
    this.audit = audit;
    this.entities = entities;
  }

  /// @return how long the move took; the making of the model and the undoing are not counted
  Duration once() {
    try {
      Transactions.run(this::moveAndUndo);
      throw new IllegalStateException("a rehearsal was committed");
    } catch (Undone undone) {
      return undone.took;
    }
  }

  private void moveAndUndo() {
    ModelEntity model = new ModelEntity();
    model.name = "rehearsal-" + UUID.randomUUID();
    model.persist();
    version(model, 1);
    version(model, 2);
    entities.flush();
    move(Kind.PROMOTED, model.name, 1);
    move(Kind.PROMOTED, model.name, 2);
    long begun = System.nanoTime();
    move(Kind.ROLLED_BACK, model.name, 1);
    throw new Undone(Duration.ofNanos(System.nanoTime() - begun));
  }

  private void move(Kind kind, String model, int version) {
    stages.commit(
        new Stages.Move(kind, model, STAGE, "rehearsal", null, CALLER),
        (_, _, _) -> version,
        _ -> true,
        audit::rehearse);
    entities.clear();
  }

  private static void version(ModelEntity model, int number) {
    VersionEntity version = new VersionEntity();
    version.modelId = model.key();
    version.number = number;
    version.digest = "%064x".formatted(number);
    version.blob = version.digest;
    version.object = "record";
    version.examples = 1;
    version.registeredAt = model.createdAt;
    version.registeredBy = CALLER.actor();
    version.persist();
  }

  /// Leaves the transaction, which is undone for it.
  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Duration took;

    Undone(Duration took) {
      super("undone", null, false, false);
      this.took = took;
    }
  }
}
