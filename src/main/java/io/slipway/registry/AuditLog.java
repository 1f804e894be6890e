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
import java.util.Objects;
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

  /// Waits for whoever is appending, and reads what is there then.
  private static final String AWAIT_AND_READ =
      "select pg_advisory_xact_lock_shared(?); select hash from audit_entry where seq = ?";

  private static final String NEWEST = "select max(seq) from audit_entry";

  private static final int CHUNK = 1_000;

  private final Sql sql;
  private final AuditRepository entries;
  private final InstantSource clock;
  private final RegistryMetrics metrics;
  private final TransactionSynchronizationRegistry ending;

  AuditLog(
      Sql sql,
      AuditRepository entries,
      InstantSource clock,
      RegistryMetrics metrics,
      TransactionSynchronizationRegistry ending) {
    this.ending = ending;
    this.sql = sql;
    this.entries = entries;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Appends in the running transaction; the last thing that a transaction does.
  ///
  /// @return the time of the entry
  Instant append(NewAuditEntry change) {
    AuditEntry entry = write(change, LOCK, head -> head.seq() + 1);
    Transactions.leaves(new Written(entry));
    return entry.at();
  }

  /// Does what [#append] does, in a transaction that is going to be undone, without delaying those
  /// that are not: with a lock of its own, and a number that no other takes.
  Instant rehearse(NewAuditEntry change) {
    return write(change, REHEARSAL_LOCK, head -> -1 - System.nanoTime()).at();
  }

  private AuditEntry write(NewAuditEntry change, long lock, ToLongFunction<Head> seq) {
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
    entries.append(entry);
    ending.registerInterposedSynchronization(new Count());
    return entry;
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

  /// An entry, by which it is known whether its transaction was committed. Until it has ended that
  /// holds the lock of the append; after it, its number is this entry's, another's or nobody's.
  private final class Written implements Transactions.Trace {
    private final AuditEntry entry;

    Written(AuditEntry entry) {
      this.entry = entry;
    }

    @Override
    public boolean committed() {
      boolean committed = sql.on(this::isThere);
      if (committed) {
        metrics.audited();
      }
      return committed;
    }

    private boolean isThere(Connection connection) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(AWAIT_AND_READ)) {
        statement.setLong(1, LOCK);
        statement.setLong(2, entry.seq());
        statement.execute();
        statement.getMoreResults();
        ResultSet found = statement.getResultSet();
        return found.next() && entry.hash().equals(found.getString(1));
      }
    }

    @Override
    public String where() {
      String path =
          entry.model() == null
              ? "GET /api/v1/audit"
              : "GET /api/v1/models/" + entry.model() + "/history";
      return entry.requestId() == null
          ? path + ", for " + entry.action() + " at " + entry.at()
          : path + ", for the request_id " + entry.requestId();
    }
  }

  /// Newest first, of one model or of all.
  Page<AuditEntry> page(@Nullable String model, @Nullable String token, int limit) {
    long below = PageToken.number(token, Long.MAX_VALUE);
    return Transactions.call(
        () ->
            PageToken.page(
                entries.before(below, model, limit + 1), limit, e -> Long.toString(e.seq())));
  }

  /// What has happened to one version, newest first.
  List<AuditEntry> of(String model, int version, int limit) {
    return Transactions.call(() -> entries.of(model, version, limit));
  }

  /// The entries after `seq`, oldest first, as many as are read at once; none at the end.
  List<AuditEntry> after(long seq) {
    return Transactions.call(() -> entries.after(seq, CHUNK));
  }

  /// The newest entry of each of `models`.
  Map<String, AuditEntry> last(List<String> models) {
    Map<String, AuditEntry> last = new HashMap<>();
    if (!models.isEmpty()) {
      for (AuditEntry entry : Transactions.call(() -> entries.last(models))) {
        last.put(Objects.requireNonNull(entry.model()), entry);
      }
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
}
