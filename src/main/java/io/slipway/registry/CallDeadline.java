package io.slipway.registry;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Until when one call of the registry may wait for the database, over all of its transactions
/// that share it. Three quarters of that time are for the work; the last quarter is for finding out
/// what became of a commit whose answer was lost. Immutable; bound to the thread by
/// [#within(Supplier)].
///
/// The time that a version takes to load or to be checked is not counted: that has limits of its
/// own.
final class CallDeadline {
  private static final ScopedValue<CallDeadline> CURRENT = ScopedValue.newInstance();

  private static volatile Duration call = Duration.ofSeconds(5);
  private static volatile Duration rollback = Duration.ofSeconds(2);

  private final long work;
  private final long end;

  private CallDeadline(long work, long end) {
    this.work = work;
    this.end = end;
  }

  /// Takes the limits of the configuration, for calls that begin from now on.
  static void configure(RegistryConfig config) {
    configure(config.deadline(), config.rollbackDeadline());
  }

  static void configure(Duration ofCalls, Duration ofRollbacks) {
    call = ofCalls;
    rollback = ofRollbacks;
  }

  /// How long a call may take at most.
  static Duration longest() {
    return call.compareTo(rollback) < 0 ? rollback : call;
  }

  /// Of a call that begins now.
  static CallDeadline ofCall() {
    return after(call);
  }

  /// Of a rollback that begins now.
  static CallDeadline ofRollback() {
    return after(rollback);
  }

  static CallDeadline after(Duration limit) {
    long now = System.nanoTime();
    return new CallDeadline(now + limit.toNanos() / 4 * 3, now + limit.toNanos());
  }

  /// That of the running call; null where none is bound to this thread.
  static @Nullable CallDeadline currentOrNull() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// That of the running call, or else of a call that begins now.
  static CallDeadline current() {
    CallDeadline bound = currentOrNull();
    return bound == null ? ofCall() : bound;
  }

  /// This one, put off by what was not waiting for the database or the bucket.
  CallDeadline later(Duration spent) {
    return new CallDeadline(work + spent.toNanos(), end + spent.toNanos());
  }

  /// The same end, all of it for the work.
  CallDeadline last() {
    return new CallDeadline(end, end);
  }

  /// Runs `work` under this deadline.
  <T extends @Nullable Object> T within(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /// What is left for the work; 0 or less where it has passed.
  long workLeft() {
    return work - System.nanoTime();
  }

  /// What is left of the call, in nanoseconds; 0 or less where it has passed.
  long left() {
    return end - System.nanoTime();
  }
}
