package io.slipway.registry;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The deadline of one registry call for waiting on the database, shared by all transactions of
/// the call. The first three quarters of the time are for the work. The last quarter is for
/// finding out whether a commit succeeded if its answer was lost. Immutable; [#within(Supplier)]
/// binds it to the thread.
///
/// The time for loading or checking a version does not count, because that has limits of its own.
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

  /// Sets the limits from the configuration, for calls that start from now on.
  static void configure(RegistryConfig config) {
    configure(config.deadline(), config.rollbackDeadline());
  }

  static void configure(Duration ofCalls, Duration ofRollbacks) {
    call = ofCalls;
    rollback = ofRollbacks;
  }

  /// The longest time that any call may take.
  static Duration longest() {
    return call.compareTo(rollback) < 0 ? rollback : call;
  }

  /// The deadline of a call that starts now.
  static CallDeadline ofCall() {
    return after(call);
  }

  /// The deadline of a rollback that starts now.
  static CallDeadline ofRollback() {
    return after(rollback);
  }

  static CallDeadline after(Duration limit) {
    long now = System.nanoTime();
    return new CallDeadline(now + limit.toNanos() / 4 * 3, now + limit.toNanos());
  }

  /// The deadline of the running call; null if none is bound to this thread.
  static @Nullable CallDeadline currentOrNull() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// The deadline of the running call; if none is bound, that of a call that starts now.
  static CallDeadline current() {
    CallDeadline bound = currentOrNull();
    return bound == null ? ofCall() : bound;
  }

  /// A copy, extended by time that was spent on neither the database nor the bucket.
  CallDeadline later(Duration spent) {
    return new CallDeadline(work + spent.toNanos(), end + spent.toNanos());
  }

  /// A copy with the same end, where all of the time is for the work.
  CallDeadline last() {
    return new CallDeadline(end, end);
  }

  /// Runs `work` under this deadline.
  <T extends @Nullable Object> T within(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /// The time left for the work, in nanoseconds; 0 or less once it has passed.
  long workLeft() {
    return work - System.nanoTime();
  }

  /// The time left for the call, in nanoseconds; 0 or less once it has passed.
  long left() {
    return end - System.nanoTime();
  }
}
