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

/// Runs work in a transaction of its own, within the running [CallDeadline]. A database that does
/// not answer is [Refusal.Unavailable]: nothing has changed. Where the answer to the commit is
/// lost, it is found out whether the transaction was committed, and that is the answer; where that
/// can't be found out in time it is [Refusal.OutcomeUnknown]. Whatever else fails goes through and
/// rolls back.
///
/// At the end of the process the connections are closed, whoever uses them: so the last transaction
/// ends before, and none begins any more.
final class Transactions {
  private static final Logger LOG = Logger.getLogger(Transactions.class);

  /// Between two tries to find out.
  private static final Duration PAUSE = Duration.ofMillis(20);

  /// What a further try can mend: the connection, resources, a conflict with another transaction, a
  /// server that may only read, time-outs, a shutdown.
  private static final List<String> PASSING =
      List.of("08", "53", "40", "25006", "25P03", "25P04", "55P03", "57014", "57P");

  private static final ScopedValue<Attempt<?>> ATTEMPT = ScopedValue.newInstance();

  private static boolean ended;
  private static int on;

  private Transactions() {}

  /// What a transaction leaves behind, by which it is known later whether it was committed.
  interface Trace {
    /// Waits until the transaction has ended, and says whether it was committed; in a transaction.
    boolean committed();

    /// Where a person finds out.
    String where();
  }

  /// How far a transaction has come.
  private static final class Attempt<T extends @Nullable Object> {
    private @Nullable Trace trace;

    /// Of the work; null until that has ended and only the commit is to come.
    private @Nullable Supplier<T> result;
  }

  /// Transactions may begin.
  static synchronized void begin() {
    ended = false;
  }

  /// No transaction begins any more; waits for those that are on.
  ///
  /// @return whether none is on
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

  /// The running transaction will have left `trace` once it is committed.
  static void leaves(Trace trace) {
    ATTEMPT.get().trace = trace;
  }

  static <T extends @Nullable Object> T call(Callable<T> work) {
    enter();
    try {
      return attempt(work, CallDeadline.current());
    } finally {
      leave();
    }
  }

  static void run(Runnable work) {
    Transactions.<@Nullable Object>call(
        () -> {
          work.run();
          return null;
        });
  }

  private static <T extends @Nullable Object> T attempt(Callable<T> work, CallDeadline deadline) {
    Attempt<T> attempt = new Attempt<>();
    try {
      return ScopedValue.where(ATTEMPT, attempt)
          .call(() -> deadline.within(() -> transaction(work, attempt)));
    } catch (RuntimeException e) {
      Supplier<T> result = attempt.result;
      Trace trace = attempt.trace;
      if (result != null && trace != null && committed(trace, deadline, e)) {
        LOG.warnf("the answer to a commit was lost, and it is done: %s", e.getMessage());
        return result.get();
      }
      throw lost(e)
          ? new Refusal.Unavailable(
              "the database does not answer; nothing has changed, and the call may be repeated")
          : e;
    }
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

  /// Whether the transaction that has left `trace` was committed, though `why` says it failed.
  ///
  /// @throws Refusal.OutcomeUnknown where the database does not say so in time
  private static boolean committed(Trace trace, CallDeadline deadline, RuntimeException why) {
    CallDeadline last = deadline.last();
    while (last.left() > 0) {
      try {
        return last.within(() -> QuarkusTransaction.requiringNew().call(trace::committed));
      } catch (RuntimeException e) {
        why.addSuppressed(e);
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    LOG.warn("whether a transaction was committed is not known", why);
    throw new Refusal.OutcomeUnknown(
        "the database has not said whether the change was made; look at "
            + trace.where()
            + " before it is repeated");
  }

  /// Whether the database, or the way to it, has failed for now. The cause of a failed commit is
  /// suppressed in what the transaction manager throws, so all of the tree is judged.
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
