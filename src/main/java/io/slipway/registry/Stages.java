package io.slipway.registry;

import io.slipway.registry.RegistryEvent.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/// Moves stages. A move is one transaction that holds the model's row, checks, compares the
/// revision and writes history. Where the version is not ready to serve, that transaction writes
/// nothing; the version is prepared outside of any lock, and the move begins again.
@ApplicationScoped
class Stages {
  /// The three rows of a move in one statement: on a busy machine each round trip to the database
  /// waits several times for a processor, and these waits are most of what a rollback takes.
  private static final String MOVE =
      """
      with counted as (
        update model set revision = :revision where id = :model
      ), pointed as (
        insert into stage (model_id, name, version, previous, revision, moved_at, moved_by)
        values (:model, :stage, :version, :previous, :revision, :at, :actor)
        on conflict (model_id, name) do update
        set version = excluded.version, previous = excluded.previous,
            revision = excluded.revision, moved_at = excluded.moved_at,
            moved_by = excluded.moved_by
      )
      insert into stage_move (model_id, stage, version, previous, revision, moved_at)
      values (:model, :stage, :version, :previous, :revision, :at)
      """;

  private final EntityManager entities;
  private final AuditLog audit;
  private final RegistryMetrics metrics;

  Stages(EntityManager entities, AuditLog audit, RegistryMetrics metrics) {
    this.entities = entities;
    this.audit = audit;
    this.metrics = metrics;
  }

  StageMoved promote(Promotion request, Preparation preparation) {
    Names.reason(request.reason());
    Move move =
        new Move(
            Kind.PROMOTED,
            request.model(),
            request.stage(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (model, stage, row) -> request.version(), preparation);
  }

  StageMoved rollback(Rollback request, Preparation preparation) {
    Names.reason(request.reason());
    Move move =
        new Move(
            Kind.ROLLED_BACK,
            request.model(),
            request.stage(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (model, stage, row) -> earlier(model, stage, row, request), preparation);
  }

  private StageMoved perform(Move move, Target target, Preparation preparation) {
    StageMoved moved =
        Outcome.of(
            preparation,
            "the stage was moved by someone else meanwhile",
            ready -> commit(move, target, ready, audit::append));
    return told(move, moved);
  }

  private StageMoved told(Move move, StageMoved moved) {
    if (moved.moved()) {
      metrics.moved(
          moved.model(), moved.stage(), move.kind == Kind.PROMOTED ? "promote" : "rollback");
    }
    return moved;
  }

  /// In the running transaction.
  ///
  /// @param history appends to it, and gives the time of the entry
  Outcome<StageMoved> commit(
      Move move, Target target, Predicate<ModelVersion> ready, Function<Change, Instant> history) {
    ModelEntity model = ModelEntity.locked(move.model);
    Policy policy = PolicyReader.read(Json.tree(model.policy));
    String stage = Names.stage(move.stage, policy);
    Gates.revision(model, policy, move.expected);
    StageEntity row = StageEntity.of(model, stage);
    VersionEntity version = Gates.servable(model, policy, target.version(model, stage, row));
    ModelVersion chosen = version.toVersion(model.name);
    if (!ready.test(chosen)) {
      return new Outcome.Cold<>(chosen);
    }
    if (row != null && row.version == version.number) {
      return new Outcome.Done<>(
          new StageMoved(
              model.name, stage, row.version, row.previous, model.revision, row.movedAt, false));
    }
    Integer previous = row == null ? null : row.version;
    long revision = model.revision + 1;
    Instant at =
        history.apply(
            Change.of(
                    move.caller,
                    move.kind == Kind.PROMOTED ? "stage.promoted" : "stage.rolled_back",
                    model.name)
                .version(version.number)
                .target(stage)
                .fromTo(previous, version.number)
                .reason(move.reason)
                .revision(revision));
    write(model, stage, version.number, previous, revision, at, move.caller.actor());
    return new Outcome.Done<>(
        new StageMoved(model.name, stage, version.number, previous, revision, at, true));
  }

  private void write(
      ModelEntity model,
      String stage,
      int version,
      @Nullable Integer previous,
      long revision,
      Instant at,
      String actor) {
    entities
        .unwrap(Session.class)
        .createNativeMutationQuery(MOVE)
        .setParameter("model", model.key())
        .setParameter("stage", stage)
        .setParameter("version", version)
        .setParameter("previous", previous, Integer.class)
        .setParameter("revision", revision)
        .setParameter("at", at)
        .setParameter("actor", actor)
        .executeUpdate();
  }

  private static int earlier(
      ModelEntity model, String stage, @Nullable StageEntity row, Rollback request) {
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

  /// Which version a move leads to, from where the stage points now.
  @FunctionalInterface
  interface Target {
    int version(ModelEntity model, String stage, @Nullable StageEntity row);
  }

  /// What is asked for.
  record Move(
      Kind kind,
      String model,
      String stage,
      @Nullable String reason,
      @Nullable Long expected,
      Caller caller) {}
}
