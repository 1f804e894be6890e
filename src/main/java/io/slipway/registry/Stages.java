package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Moves stages. A move is one transaction that locks the model's row, checks the request,
/// compares the revision and appends to the history. If the version is not ready to serve, that
/// transaction writes nothing: the version is prepared outside of any lock, and the move starts
/// again.
@ApplicationScoped
class Stages {
  /// All rows of a move, written by one statement. On a busy machine, each round trip to the
  /// database waits several times for a processor, and these waits are most of a rollback's
  /// duration.
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
      ), remembered as (
      """
          + MoveRequests.INSERT
          + """
      )
      insert into stage_move (model_id, stage, version, previous, revision, moved_at)
      values (:model, :stage, :version, :previous, :revision, :at)
      """;

  private final Sql sql;
  private final ModelRepository models;
  private final StageRepository stages;
  private final StageMoveRepository moves;
  private final MoveRequests requests;
  private final Gates gates;
  private final AuditLog audit;
  private final RegistryMetrics metrics;

  Stages(
      Sql sql,
      ModelRepository models,
      StageRepository stages,
      StageMoveRepository moves,
      MoveRequests requests,
      Gates gates,
      AuditLog audit,
      RegistryMetrics metrics) {
    this.sql = sql;
    this.models = models;
    this.stages = stages;
    this.moves = moves;
    this.requests = requests;
    this.gates = gates;
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
            "to " + request.version(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (_, _, _) -> request.version(), preparation);
  }

  StageMoved rollback(Rollback request, Preparation preparation) {
    Names.reason(request.reason());
    Move move =
        new Move(
            Kind.ROLLED_BACK,
            request.model(),
            request.stage(),
            "from " + request.from() + " to " + request.to(),
            request.reason(),
            request.expectedRevision(),
            request.caller());
    return perform(move, (model, stage, now) -> earlier(model, stage, now, request), preparation);
  }

  private StageMoved perform(Move move, Target target, Preparation preparation) {
    StageMoved moved =
        MoveResult.of(
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

  /// Commits `move`, within the running transaction.
  ///
  /// @param history appends an entry to the history and returns its time
  MoveResult<StageMoved> commit(
      Move move,
      Target target,
      Predicate<ModelVersion> ready,
      Function<NewAuditEntry, Instant> history) {
    ModelEntity model = models.locked(move.model);
    Policy policy = model.policy();
    String stage = Names.stage(move.stage, policy);
    String asked = move.kind + " " + stage + " " + move.asked;
    MoveRequests.Done done = requests.done(model, move.caller, asked);
    if (done != null) {
      return new MoveResult.Done<>(again(move, stage, done));
    }
    gates.revision(model, policy, move.expected);
    Stage now = stages.stage(model, stage);
    ModelVersion chosen = gates.servable(model, target.version(model, stage, now));
    int version = chosen.number();
    if (!ready.test(chosen)) {
      return new MoveResult.Cold<>(chosen);
    }
    if (now != null && now.version() == version) {
      return new MoveResult.Done<>(
          new StageMoved(
              move.model, stage, version, now.previous(), model.revision(), now.movedAt(), false));
    }
    Integer previous = now == null ? null : now.version();
    long revision = model.revision() + 1;
    Instant at =
        history.apply(
            NewAuditEntry.of(
                    move.caller,
                    move.kind == Kind.PROMOTED ? "stage.promoted" : "stage.rolled_back",
                    move.model)
                .version(version)
                .target(stage)
                .fromTo(previous, version)
                .reason(move.reason)
                .revision(revision));
    MoveRequests.bound(
            sql.of(MOVE),
            model,
            move.caller,
            new MoveRequests.Done(asked, version, previous, revision, at))
        .set("stage", stage)
        .set("actor", move.caller.actor())
        .run();
    models.forget(model);
    return new MoveResult.Done<>(
        new StageMoved(move.model, stage, version, previous, revision, at, true));
  }

  private static StageMoved again(Move move, String stage, MoveRequests.Done done) {
    int version = Objects.requireNonNull(done.version(), "stages are never removed by a request");
    return new StageMoved(
        move.model, stage, version, done.previous(), done.revision(), done.at(), false);
  }

  private int earlier(ModelEntity model, String stage, @Nullable Stage now, Rollback request) {
    if (now == null) {
      throw new Refusal.Conflict(
          "the stage "
              + stage
              + " of "
              + model.name()
              + " points to no version: there is nothing to roll back");
    }
    Integer to = request.to();
    Integer from = request.from();
    if (from != null && from != now.version()) {
      if (from.equals(now.previous())
          && (to == null || to == now.version())
          && moves.byRollback(model, stage, now)) {
        return now.version();
      }
      throw new Refusal.Conflict(
          "the stage "
              + stage
              + " of "
              + model.name()
              + " points to version "
              + now.version()
              + ", not "
              + from
              + ": nothing was rolled back");
    }
    if (to == null) {
      if (now.previous() == null) {
        throw new Refusal.Conflict(
            "version "
                + now.version()
                + " is the first version that "
                + stage
                + " of "
                + model.name()
                + " points to: there is nothing before it");
      }
      if (from == null && request.expectedRevision() == null) {
        requireNoRedo(model, stage, now);
      }
      return now.previous();
    }
    if (to == now.version()) {
      throw new Refusal.Conflict(
          "the stage " + stage + " of " + model.name() + " points to version " + to + " already");
    }
    if (!moves.held(model, stage, to)) {
      throw new Refusal.Conflict(
          "version " + to + " has never been in " + stage + " of " + model.name() + "; promote it");
    }
    return to;
  }

  /// Refuses a rollback that would undo a rollback without saying so. Whoever repeats a command
  /// would bring the bad version back.
  private void requireNoRedo(ModelEntity model, String stage, Stage now) {
    if (moves.byRollback(model, stage, now)) {
      throw new Refusal.Conflict(
          "the stage %s of %s was rolled back from version %d to %d already, at %s, and another"
                  .formatted(stage, model.name(), now.previous(), now.version(), now.movedAt())
              + " rollback would undo that: nothing was moved. If you want version %d again, name"
                  .formatted(now.previous())
              + " the version to leave: \"from\": %d (--from %d)"
                  .formatted(now.version(), now.version()));
    }
  }

  /// Chooses the version that a move leads to; `now` is the stage before the move.
  @FunctionalInterface
  interface Target {
    int version(ModelEntity model, String stage, @Nullable Stage now);
  }

  /// Whether a move goes forward, or back to a version that the stage pointed to before.
  enum Kind {
    PROMOTED,
    ROLLED_BACK
  }

  /// A requested move.
  ///
  /// @param asked the requested versions as text, which identifies a repeated request
  record Move(
      Kind kind,
      String model,
      String stage,
      String asked,
      @Nullable String reason,
      @Nullable Long expected,
      Caller caller) {}
}
