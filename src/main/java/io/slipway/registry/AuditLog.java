package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The history: append-only, in one order, each entry's hash covering the one before, so that a
/// changed or a missing entry shows.
@ApplicationScoped
class AuditLog {
  /// Held from the append to the end of the transaction: entries are in the order of commits.
  private static final long LOCK = 0x736c6970776179L;

  private static final long REHEARSAL_LOCK = LOCK + 1;

  /// Tells every process that listens, as the transaction is committed, and not where it is not.
  private static final String TELL_LOCK_AND_READ =
      "select pg_notify('"
          + Notices.CHANNEL
          + "', ''); select pg_advisory_xact_lock(?);"
          + " select seq, hash from audit_entry order by seq desc limit 1";

  private static final String NEWEST = "select max(seq) from audit_entry";

  private static final String SELECT =
      "select seq, at, actor, action, model, version, target, from_value, to_value, reason,"
          + " revision, request_id, detail, previous_hash, hash from audit_entry where ";

  private static final String INSERT =
      """
      insert into audit_entry (seq, at, actor, action, model, version, target, from_value, to_value,
        reason, revision, request_id, detail, previous_hash, hash)
      values (:seq, :at, :actor, :action, :model, :version, :target, :from, :to,
        :reason, :revision, :request, :detail, :previous, :hash)
      """;

  private static final String LAST =
      SELECT
          + "seq in (select max(seq) from audit_entry where model = any(:models) group by model)";

  private static final int CHUNK = 1_000;

  private final Sql sql;
  private final InstantSource clock;
  private final RegistryMetrics metrics;
  private final TransactionSynchronizationRegistry ending;

  AuditLog(
      Sql sql,
      InstantSource clock,
      RegistryMetrics metrics,
      TransactionSynchronizationRegistry ending) {
    this.ending = ending;
    this.sql = sql;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Appends in the running transaction; the last thing that a transaction does.
  ///
  /// @return the time of the entry
  Instant append(NewAuditEntry change) {
    return write(change, LOCK, head -> head.seq() + 1);
  }

  /// Does what [#append] does, in a transaction that is going to be undone, without delaying those
  /// that are not: with a lock of its own, and a number that no other takes.
  Instant rehearse(NewAuditEntry change) {
    return write(change, REHEARSAL_LOCK, head -> -1 - System.nanoTime());
  }

  private Instant write(NewAuditEntry change, long lock, ToLongFunction<Head> seq) {
    Head head = sql.on(connection -> lock(connection, lock));
    AuditEntry entry =
        new AuditEntry(
                seq.applyAsLong(head),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                change.caller().actor(),
                change.action(),
                change.model(),
                change.version(),
                change.target(),
                change.from(),
                change.to(),
                change.reason(),
                change.revision(),
                change.caller().requestId(),
                change.detail(),
                head.hash(),
                "")
            .sealed();
    insert(entry);
    ending.registerInterposedSynchronization(new Count());
    return entry.at();
  }

  /// The last entry, and the right to write the next one. Three statements in one round trip: the
  /// last one sees what was committed while the one before waited.
  private static Head lock(Connection connection, long lock) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TELL_LOCK_AND_READ)) {
      statement.setLong(1, lock);
      statement.execute();
      statement.getMoreResults();
      statement.getMoreResults();
      ResultSet last = statement.getResultSet();
      return last.next()
          ? new Head(last.getLong(1), last.getString(2))
          : new Head(0, AuditEntry.GENESIS);
    }
  }

  /// Counts what was committed.
  private final class Count implements Synchronization {
    @Override
    public void beforeCompletion() {
      // Nothing is to be done before.
    }

    @Override
    public void afterCompletion(int status) {
      if (status == Status.STATUS_COMMITTED) {
        metrics.audited();
      }
    }
  }

  private record Head(long seq, String hash) {}

  /// Newest first, of one model or of all.
  Page<AuditEntry> page(@Nullable String model, @Nullable String token, int limit) {
    long below = PageToken.number(token, Long.MAX_VALUE);
    String of = model == null ? "" : " and model = :model";
    return Transactions.call(
        () -> {
          Sql.Statement query =
              sql.of(SELECT + "seq < :below" + of + " order by seq desc limit :limit");
          List<AuditEntry> entries =
              query
                  .set("below", below)
                  .set("model", model)
                  .set("limit", limit + 1)
                  .list(AuditLog::entry);
          return PageToken.page(entries, limit, e -> Long.toString(e.seq()));
        });
  }

  /// What has happened to one version, newest first.
  List<AuditEntry> of(String model, int version, int limit) {
    return Transactions.call(
        () ->
            sql.of(
                    SELECT
                        + "model = :model and version = :version"
                        + " order by seq desc limit :limit")
                .set("model", model)
                .set("version", version)
                .set("limit", limit)
                .list(AuditLog::entry));
  }

  /// The entries after `seq`, oldest first, as many as are read at once; none at the end.
  List<AuditEntry> after(long seq) {
    return Transactions.call(
        () ->
            sql.of(SELECT + "seq > :seq order by seq limit :limit")
                .set("seq", seq)
                .set("limit", CHUNK)
                .list(AuditLog::entry));
  }

  /// The newest entry of each of `models`.
  Map<String, AuditEntry> last(List<String> models) {
    Map<String, AuditEntry> last = new HashMap<>();
    if (!models.isEmpty()) {
      Transactions.run(
          () ->
              sql.of(LAST)
                  .set("models", models)
                  .each(row -> last.put(row.getString("model"), entry(row))));
    }
    return last;
  }

  /// The number of the newest entry; 0 where there is none.
  long newest() {
    Long newest =
        Transactions.<@Nullable Long>call(() -> sql.of(NEWEST).first(row -> row.getLong(1)));
    return newest == null ? 0 : newest;
  }

  /// The first entry that is not what was written or does not follow the one before; null where the
  /// chain is whole.
  @Nullable Long firstBroken() {
    String previous = AuditEntry.GENESIS;
    long seq = 0;
    while (true) {
      List<AuditEntry> chunk = after(seq);
      for (AuditEntry entry : chunk) {
        seq++;
        if (entry.seq() != seq
            || !entry.previousHash().equals(previous)
            || !entry.hash().equals(entry.computedHash())) {
          return entry.seq();
        }
        previous = entry.hash();
      }
      if (chunk.size() < CHUNK) {
        return null;
      }
    }
  }

  private void insert(AuditEntry entry) {
    sql.of(INSERT)
        .set("seq", entry.seq())
        .set("at", entry.at())
        .set("actor", entry.actor())
        .set("action", entry.action())
        .set("model", entry.model())
        .set("version", entry.version())
        .set("target", entry.target())
        .set("from", entry.from())
        .set("to", entry.to())
        .set("reason", entry.reason())
        .set("revision", entry.revision())
        .set("request", entry.requestId())
        .set("detail", entry.detail())
        .set("previous", entry.previousHash())
        .set("hash", entry.hash())
        .run();
  }

  private static AuditEntry entry(ResultSet row) throws SQLException {
    return new AuditEntry(
        row.getLong("seq"),
        Sql.instant(row, "at"),
        row.getString("actor"),
        row.getString("action"),
        row.getString("model"),
        row.getObject("version", Integer.class),
        row.getString("target"),
        row.getString("from_value"),
        row.getString("to_value"),
        row.getString("reason"),
        row.getObject("revision", Long.class),
        row.getString("request_id"),
        row.getString("detail"),
        row.getString("previous_hash"),
        row.getString("hash"));
  }
}
