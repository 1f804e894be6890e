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

/// The history: an append-only log in one order. Each entry's hash covers the entry before it, so
/// a changed or missing entry is detected.
@ApplicationScoped
class AuditLog {
  /// The advisory lock, held from the append to the end of the transaction, so that entries are
  /// in the order of commits.
  private static final long LOCK = 0x736c6970776179L;

  private static final long REHEARSAL_LOCK = LOCK + 1;

  /// Notifies the listening processes (PostgreSQL does so at the commit only), takes the lock and
  /// reads the last entry.
  private static final String TELL_LOCK_AND_READ =
      "select pg_notify('"
          + Notices.CHANNEL
          + "', ''); select pg_advisory_xact_lock(?);"
          + " select seq, hash from audit_entry order by seq desc limit 1";

  /// Waits until a transaction that is appending has ended, then reads the entry.
  private static final String AWAIT_AND_READ =
      "select pg_advisory_xact_lock_shared(?); select hash from audit_entry where seq = ?";

  private static final String NEWEST = "select max(seq) from audit_entry";

  /// Looks for two heads, and reads the last entry.
  private static final String ENDS =
      """
      select k.hash as kept, o.hash as own, l.seq, l.hash from (select 1) as one
      left join audit_entry k on k.seq = :kept
      left join audit_entry o on o.seq = :own
      left join (select seq, hash from audit_entry order by seq desc limit 1) l on true
      """;

  private static final int CHUNK = 1_000;

  private final Sql sql;
  private final AuditRepository entries;
  private final InstantSource clock;
  private final RegistryMetrics metrics;
  private final TransactionSynchronizationRegistry ending;
  private final KnownHead known;

  AuditLog(
      Sql sql,
      AuditRepository entries,
      InstantSource clock,
      RegistryMetrics metrics,
      TransactionSynchronizationRegistry ending,
      KnownHead known) {
    this.ending = ending;
    this.known = known;
    this.sql = sql;
    this.entries = entries;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Appends an entry in the running transaction. Call it late: other appends wait until the
  /// transaction ends.
  ///
  /// @return the time of the entry
  Instant append(NewAuditEntry change) {
    AuditEntry entry = write(change, LOCK, head -> head.seq() + 1);
    Transactions.leaves(new Written(entry));
    return entry.at();
  }

  /// Appends like [#append], for a transaction that will be rolled back. It does not delay real
  /// changes: it uses a lock of its own, and a unique negative number.
  Instant rehearse(NewAuditEntry change) {
    return write(change, REHEARSAL_LOCK, head -> -1 - System.nanoTime()).at();
  }

  private AuditEntry write(NewAuditEntry change, long lock, ToLongFunction<AuditHead> seq) {
    AuditHead head = sql.on(connection -> lock(connection, lock));
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
    ending.registerInterposedSynchronization(new Committed(entry));
    return entry;
  }

  /// Takes `lock`, which is the right to append, and returns the last entry. The three statements
  /// take one round trip; the last one sees what was committed while the lock was awaited.
  private static AuditHead lock(Connection connection, long lock) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TELL_LOCK_AND_READ)) {
      statement.setLong(1, lock);
      statement.execute();
      statement.getMoreResults();
      statement.getMoreResults();
      ResultSet last = statement.getResultSet();
      return last.next() ? new AuditHead(last.getLong(1), last.getString(2)) : AuditHead.NONE;
    }
  }

  private void committed(AuditEntry entry) {
    metrics.audited();
    known.committed(new AuditHead(entry.seq(), entry.hash()));
  }

  /// Counts and notes the entry if its transaction is committed.
  private final class Committed implements Synchronization {
    private final AuditEntry entry;

    Committed(AuditEntry entry) {
      this.entry = entry;
    }

    @Override
    public void beforeCompletion() {
      // Nothing to do.
    }

    @Override
    public void afterCompletion(int status) {
      if (status == Status.STATUS_COMMITTED) {
        AuditLog.this.committed(entry);
      }
    }
  }

  /// Where the history ends.
  ///
  /// @param last the last entry
  record Ends(boolean hasKept, boolean hasOwn, AuditHead last) {}

  /// The end of the history, and whether the history has the entries `kept` and `own`; it always
  /// has [AuditHead#NONE].
  Ends ends(AuditHead kept, AuditHead own) {
    Ends ends =
        Transactions.<@Nullable Ends>call(
            () ->
                sql.of(ENDS)
                    .set("kept", kept.seq())
                    .set("own", own.seq())
                    .first(
                        row ->
                            new Ends(
                                has(kept, row.getString("kept")),
                                has(own, row.getString("own")),
                                row.getString("hash") == null
                                    ? AuditHead.NONE
                                    : new AuditHead(row.getLong("seq"), row.getString("hash")))));
    return Objects.requireNonNull(ends, "the statement always has a row");
  }

  private static boolean has(AuditHead head, @Nullable String hash) {
    return head.seq() == 0 || head.hash().equals(hash);
  }

  /// Finds out from an entry whether its transaction was committed. While the transaction runs,
  /// it holds the append lock. Afterwards the entry is there, or its number is free or taken by
  /// another entry.
  private final class Written implements Transactions.Trace {
    private final AuditEntry entry;

    Written(AuditEntry entry) {
      this.entry = entry;
    }

    @Override
    public boolean committed() {
      boolean committed = sql.on(this::isThere);
      if (committed) {
        AuditLog.this.committed(entry);
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

  /// A page of the history, newest first: of one model, or of all if `model` is null.
  Page<AuditEntry> page(@Nullable String model, @Nullable String token, int limit) {
    long below = PageToken.number(token, Long.MAX_VALUE);
    return Transactions.call(
        () ->
            PageToken.page(
                entries.before(below, model, limit + 1), limit, e -> Long.toString(e.seq())));
  }

  /// The entries of one version, newest first.
  List<AuditEntry> of(String model, int version, int limit) {
    return Transactions.call(() -> entries.of(model, version, limit));
  }

  /// The entries after `seq`, oldest first, at most [#CHUNK]; empty at the end.
  List<AuditEntry> after(long seq) {
    return Transactions.call(() -> entries.after(seq, CHUNK));
  }

  /// The newest entry of each model in `models`, by model.
  Map<String, AuditEntry> last(List<String> models) {
    Map<String, AuditEntry> last = new HashMap<>();
    if (!models.isEmpty()) {
      for (AuditEntry entry : Transactions.call(() -> entries.last(models))) {
        last.put(Objects.requireNonNull(entry.model()), entry);
      }
    }
    return last;
  }

  /// The number of the newest entry; 0 if there is none.
  long newest() {
    Long newest =
        Transactions.<@Nullable Long>call(() -> sql.of(NEWEST).first(row -> row.getLong(1)));
    return newest == null ? 0 : newest;
  }

  /// The number of the first entry that was changed or does not follow its predecessor; null if
  /// the chain is intact.
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
