package io.slipway.registry;

import io.quarkus.narayana.jta.QuarkusTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs work in a new transaction, within the running [CallDeadline]. None starts once the time
/// for the call's work is over.
/// - If the database does not answer, [Refusal.Unavailable] is thrown, and nothing has changed.
/// - If the answer to the commit is lost, the database is asked whether the transaction was
///   committed, and the call succeeds or fails accordingly. If that can't be found out in time,
///   [Refusal.OutcomeUnknown] is thrown.
/// - If the database is not as expected (a table, a right or a prepared statement is missing, say),
///   [Refusal.Unavailable] is thrown with the SQL state, and the log has the details.
/// - Any other exception rolls the transaction back and is passed on.
///
/// At shutdown, connections are closed even if they are in use. [#end] therefore waits for
/// running transactions, and no new ones start.
public final class Transactions {
  private static final Logger LOG = Logger.getLogger(Transactions.class);

  /// The pause between two attempts to find out.
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// The SQL states of temporary failures: the connection, resources, a conflict with another
  /// transaction, a read-only server, time-outs, a shutdown.
  private static final List<String> PASSING =
      List.of("08", "53", "40", "25006", "25P03", "25P04", "55P03", "57014", "57P");

  /// The SQL states that say that tables, rights, statements or the server itself are not as they
  /// should be, whatever the call was.
  private static final List<String> UNEXPECTED =
      List.of("0A", "25", "26", "28", "34", "3D", "3F", "42", "54", "55", "58", "F0", "XX");

  private static final ScopedValue<Attempt<?>> ATTEMPT = ScopedValue.newInstance();

  private static boolean ended;
  private static int on;

  private Transactions() {}

  /// Something that a transaction writes, and that shows later whether it was committed.
  interface Trace {
    /// Waits until the transaction has ended, and returns whether it was committed. Called in
    /// another transaction.
    boolean committed();

    /// Where a person can look it up.
    String where();
  }

  /// The progress of a transaction.
  private static final class Attempt<T extends @Nullable Object> {
    private @Nullable Trace trace;

    /// Returns the result of the work; null until the work is done and only the commit is left.
    private @Nullable Supplier<T> result;
  }

  /// Allows transactions to start.
  static synchronized void begin() {
    ended = false;
  }

  /// Refuses new transactions, and waits for the running ones.
  ///
  /// @return whether none is running any more
  static synchronized boolean end(Duration timeout) throws InterruptedException {
    ended = true;
    long end = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toMillis(); on > 0 && left > 0; ) {
      Transactions.class.wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return on == 0;
  }

  private static synchronized void enter() {
    if (ended) {
      throw new Refusal.Unavailable("the process is shutting down");
    }
    on++;
  }

  private static synchronized void leave() {
    on--;
    Transactions.class.notifyAll();
  }

  /// Registers what the running transaction writes: once it is committed, `trace` can be found.
  static void leaves(Trace trace) {
    ATTEMPT.get().trace = trace;
  }

  public static <T extends @Nullable Object> T call(Callable<T> work) {
    enter();
    try {
      return attempt(work, CallDeadline.current());
    } finally {
      leave();
    }
  }

  public static void run(Runnable work) {
    Transactions.<@Nullable Object>call(
        () -> {
          work.run();
          return null;
        });
  }

  private static <T extends @Nullable Object> T attempt(Callable<T> work, CallDeadline deadline) {
    Attempt<T> attempt = new Attempt<>();
    if (deadline.workLeft() <= 0) {
      throw unanswered();
    }
    try {
      return ScopedValue.where(ATTEMPT, attempt)
          .call(() -> ConnectionWait.within(deadline, () -> transaction(work, attempt)));
    } catch (RuntimeException e) {
      Supplier<T> result = attempt.result;
      Trace trace = attempt.trace;
      if (result != null && trace != null && committed(trace, deadline, e)) {
        LOG.warnf("the answer to a commit was lost, but the commit was made: %s", e.getMessage());
        return result.get();
      }
      if (lost(e)) {
        throw unanswered();
      }
      String state = unexpected(e);
      if (state != null) {
        LOG.errorf(e, "the database is not as expected (SQL state %s)", state);
        throw new Refusal.Unavailable(
            "the database is not as this release expects it (SQL state "
                + state
                + "); nothing has changed, and the log has the details");
      }
      throw e;
    }
  }

  private static Refusal unanswered() {
    return new Refusal.Unavailable(
        "the database does not answer; nothing has changed, and the call may be repeated");
  }

  private static <T extends @Nullable Object> T transaction(Callable<T> work, Attempt<T> attempt) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              T value = work.call();
              attempt.result = () -> value;
              return value;
            });
  }

  /// Whether the transaction of `trace` was committed, although it failed with `why`.
  ///
  /// @throws Refusal.OutcomeUnknown if the database does not answer in time
  private static boolean committed(Trace trace, CallDeadline deadline, RuntimeException why) {
    CallDeadline last = deadline.last();
    while (last.left() > 0) {
      try {
        return ConnectionWait.within(
            last, () -> QuarkusTransaction.requiringNew().call(trace::committed));
      } catch (RuntimeException e) {
        why.addSuppressed(e);
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    LOG.warn("it is not known whether a transaction was committed", why);
    throw new Refusal.OutcomeUnknown(
        "it is not known whether the change was made; check "
            + trace.where()
            + " before repeating it");
  }

  /// The SQL state, if it is one of [#UNEXPECTED]; otherwise null.
  private static @Nullable String unexpected(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        String state = sql.getSQLState();
        return state != null && UNEXPECTED.stream().anyMatch(state::startsWith) ? state : null;
      }
    }
    return null;
  }

  /// Whether this is a temporary failure of the database or of the connection to it. All causes
  /// and suppressed exceptions are examined, because the transaction manager adds the cause of a
  /// failed commit as a suppressed exception.
  static boolean lost(Throwable e) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> left = new ArrayDeque<>(List.of(e));
    boolean lost = false;
    while (!left.isEmpty()) {
      Throwable next = left.pop();
      if (!seen.add(next)) {
        continue;
      }
      if (next instanceof SQLException sql) {
        String state = sql.getSQLState();
        if (state != null && PASSING.stream().noneMatch(state::startsWith)) {
          return false;
        }
        lost = true;
      }
      lost |= next instanceof XAException;
      if (next.getCause() != null) {
        left.add(next.getCause());
      }
      left.addAll(List.of(next.getSuppressed()));
    }
    return lost;
  }
}
