package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The moves that were requested with an `Idempotency-Key`, within the running transaction. A
/// repeated request gets the same answer again and moves nothing.
@ApplicationScoped
class MoveRequests {
  /// Also part of the statement that moves a stage.
  static final String INSERT =
      """
      insert into move_request (model_id, key, request, version, previous, revision, moved_at)
      select :model, cast(:key as text), :request, :version, :previous, :revision, :at
      where cast(:key as text) is not null
      """;

  private static final String FIND =
      "select request, version, previous, revision, moved_at from move_request"
          + " where model_id = :model and key = :key";

  private static final String FORGET = "delete from move_request where moved_at < :horizon";

  private final Sql sql;

  MoveRequests(Sql sql) {
    this.sql = sql;
  }

  /// A completed move.
  record Done(
      String request,
      @Nullable Integer version,
      @Nullable Integer previous,
      long revision,
      Instant at) {}

  /// The completed move of `model` for the caller's key; null if there is none.
  ///
  /// @param request a description of the current request
  /// @throws Refusal.InvalidValue if the key was used for another request
  @Nullable Done done(ModelEntity model, Caller caller, String request) {
    String key = caller.key();
    if (key == null) {
      return null;
    }
    Done done =
        sql.of(FIND)
            .set("model", model.id())
            .set("key", key)
            .first(
                row ->
                    new Done(
                        row.getString("request"),
                        row.getObject("version", Integer.class),
                        row.getObject("previous", Integer.class),
                        row.getLong("revision"),
                        Sql.instant(row, "moved_at")));
    if (done != null && !done.request().equals(written(caller, request))) {
      throw new Refusal.InvalidValue(
          "Idempotency-Key", "this key was used for another request; use a new one for each");
    }
    return done;
  }

  /// Records a move if the caller has sent a key.
  void remember(ModelEntity model, Caller caller, Done done) {
    if (caller.key() != null) {
      bound(sql.of(INSERT), model, caller, done).run();
    }
  }

  /// Sets the parameters of [#INSERT].
  static Sql.Statement bound(Sql.Statement insert, ModelEntity model, Caller caller, Done done) {
    return insert
        .set("model", model.id())
        .set("key", caller.key())
        .set("request", written(caller, done.request()))
        .set("version", done.version())
        .set("previous", done.previous())
        .set("revision", done.revision())
        .set("at", done.at());
  }

  private static String written(Caller caller, String request) {
    return caller.actor() + ": " + request;
  }

  /// Deletes moves that are older than `horizon`.
  ///
  /// @return the number of deleted moves
  int forget(Instant horizon) {
    return sql.of(FORGET).set("horizon", horizon).run();
  }
}
