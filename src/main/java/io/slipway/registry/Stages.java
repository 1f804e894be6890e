package io.slipway.registry;

import io.slipway.registry.RegistryEvent.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Moves stages. Each move is checked, prepared outside of any lock, and then committed in one
/// transaction that holds the model's row, compares the revision and writes history.
@ApplicationScoped
class Stages {
  private final AuditLog audit;
  private final RegistryEvents events;
  private final RegistryMetrics metrics;

  Stages(AuditLog audit, RegistryEvents events, RegistryMetrics metrics) {
    this.audit = audit;
    this.events = events;
    this.metrics = metrics;
  }

  StageMoved promote(Promotion request, Consumer<ModelVersion> prepare) {
    Names.reason(request.reason());
    Move move =
        new Move(
            Kind.PROMOTED,
            request.model(),
            request.stage(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (model, stage) -> request.version(), prepare);
  }

  StageMoved rollback(Rollback request, Consumer<ModelVersion> prepare) {
    Names.reason(request.reason());
    Move move =
        new Move(
            Kind.ROLLED_BACK,
            request.model(),
            request.stage(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (model, stage) -> earlier(model, stage, request), prepare);
  }

  private StageMoved perform(Move move, Target target, Consumer<ModelVersion> prepare) {
    // Whoever asks for what is refused anyway shall not make the server load a model.
    ModelVersion chosen =
        Transactions.call(
            () -> check(ModelEntity.existing(move.model), move, target).toVersion(move.model));
    prepare.accept(chosen);
    StageMoved moved = Transactions.call(() -> commit(move, target, chosen.number()));
    if (moved.moved()) {
      metrics.moved(
          moved.model(), moved.stage(), move.kind == Kind.PROMOTED ? "promote" : "rollback");
      metrics.revision(moved.model(), moved.revision());
      events.publish(
          new RegistryEvent(
              move.kind,
              moved.model(),
              moved.version(),
              moved.stage(),
              moved.previous(),
              moved.revision(),
              moved.at(),
              move.caller.actor()));
    }
    return moved;
  }

  private static VersionEntity check(ModelEntity model, Move move, Target target) {
    Policy policy = PolicyReader.read(Json.tree(model.policy));
    String stage = Names.stage(move.stage, policy);
    Gates.revision(model, policy, move.expected);
    return Gates.servable(model, policy, target.version(model, stage));
  }

  private StageMoved commit(Move move, Target target, int prepared) {
    ModelEntity model = ModelEntity.locked(move.model);
    VersionEntity version = check(model, move, target);
    if (version.number != prepared) {
      throw new Refusal.Conflict(
          "the stage was moved by someone else meanwhile; look at it and try again");
    }
    String stage = Names.stage(move.stage, PolicyReader.read(Json.tree(model.policy)));
    StageEntity row = StageEntity.of(model, stage);
    if (row != null && row.version == version.number) {
      return new StageMoved(
          model.name, stage, row.version, row.previous, model.revision, row.movedAt, false);
    }
    Integer previous = row == null ? null : row.version;
    long revision = model.advance();
    Instant at =
        audit.append(
            Change.of(
                    move.caller,
                    move.kind == Kind.PROMOTED ? "stage.promoted" : "stage.rolled_back",
                    model.name)
                .version(version.number)
                .target(stage)
                .fromTo(previous, version.number)
                .reason(move.reason)
                .revision(revision));
    write(model, row, stage, version.number, previous, revision, at, move.caller.actor());
    return new StageMoved(model.name, stage, version.number, previous, revision, at, true);
  }

  private static void write(
      ModelEntity model,
      @Nullable StageEntity row,
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant at,
      String actor) {
    StageEntity pointer = row == null ? new StageEntity() : row;
    StageMoveEntity history = new StageMoveEntity();
    pointer.modelId = model.key();
    history.modelId = model.key();
    pointer.name = stage;
    pointer.version = version;
    pointer.previous = previous;
    pointer.revision = revision;
    pointer.movedAt = at;
    pointer.movedBy = actor;
    pointer.persist();
    history.stage = stage;
    history.version = version;
    history.previous = previous;
    history.revision = revision;
    history.movedAt = at;
    history.persist();
  }

  private static int earlier(ModelEntity model, String stage, Rollback request) {
    StageEntity row = StageEntity.of(model, stage);
    if (row == null) {
      throw new Refusal.Conflict(
          "the stage " + stage + " of " + model.name + " points to nothing: nothing to roll back");
    }
    Integer to = request.to();
    if (to == null) {
      if (row.previous == null) {
        throw new Refusal.Conflict(
            "version "
                + row.version
                + " is the first that "
                + stage
                + " of "
                + model.name
                + " points to: there is nothing before it");
      }
      return row.previous;
    }
    if (to == row.version) {
      throw new Refusal.Conflict(
          "the stage " + stage + " of " + model.name + " points to version " + to + " already");
    }
    if (!StageMoveEntity.held(model, stage, to)) {
      throw new Refusal.Conflict(
          "version " + to + " has never been in " + stage + " of " + model.name + "; promote it");
    }
    return to;
  }

  /// Which version a move leads to; asked twice, the second time under the lock.
  @FunctionalInterface
  private interface Target {
    int version(ModelEntity model, String stage);
  }

  private record Move(
      Kind kind,
      String model,
      String stage,
      @Nullable String reason,
      @Nullable Long expected,
      Caller caller) {}
}
