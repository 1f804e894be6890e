package io.slipway.registry;

import io.slipway.registry.Stages.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Runs the transaction of a rollback on a model that exists in that transaction only, and undoes
/// it. The first real rollback comes in an emergency, when the processors are busy. Without a
/// rehearsal, the virtual machine would load, interpret and compile this code for the first time
/// then, which was measured to take 0.25 to 2 seconds.
@ApplicationScoped
class Rehearsal {
  private static final Caller CALLER = new Caller("rehearsal", null);
  private static final String STAGE = "production";

  private static final String MODEL = "insert into model (name, created_at) values (:name, now())";

  private static final String VERSION =
      """
      insert into model_version (model_id, number, digest, blob, size, object, examples, manifest,
        signature, checks, files, registered_at, registered_by)
      select m.id, :number, :digest, :digest, 0, 'record', 1, '{}', '{}', '{}', '[]', now(), :actor
      from model m where m.name = :model
      """;

  private final Stages stages;
  private final AuditLog audit;
  private final Sql sql;

  Rehearsal(Stages stages, AuditLog audit, Sql sql) {
    this.stages = stages;
    this.audit = audit;
    this.sql = sql;
  }

  /// @return the duration of the move, without creating the model and undoing the transaction
  Duration once() {
    try {
      Transactions.run(this::moveAndUndo);
      throw new IllegalStateException("a rehearsal was committed");
    } catch (Undone undone) {
      return undone.took;
    }
  }

  private void moveAndUndo() {
    String model = "rehearsal-" + UUID.randomUUID();
    sql.of(MODEL).set("name", model).run();
    version(model, 1);
    version(model, 2);
    move(Kind.PROMOTED, model, 1);
    move(Kind.PROMOTED, model, 2);
    long begun = System.nanoTime();
    move(Kind.ROLLED_BACK, model, 1);
    throw new Undone(Duration.ofNanos(System.nanoTime() - begun));
  }

  private void move(Kind kind, String model, int version) {
    stages.commit(
        new Stages.Move(kind, model, STAGE, "to " + version, "rehearsal", null, CALLER),
        (_, _, _) -> version,
        _ -> true,
        audit::rehearse);
  }

  private void version(String model, int number) {
    sql.of(VERSION)
        .set("model", model)
        .set("number", number)
        .set("digest", "%064x".formatted(number))
        .set("actor", CALLER.actor())
        .run();
  }

  /// Thrown to roll the transaction back.
  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Duration took;

    Undone(Duration took) {
      super("undone", null, false, false);
      this.took = took;
    }
  }
}
