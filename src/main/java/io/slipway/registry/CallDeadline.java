package io.slipway.registry;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The deadline of one registry call, shared by all that the call does: its transactions, its
/// requests to the bucket, and the wait for other replicas. The first three quarters of the time
/// are for the work. The last quarter is for finding out whether a commit succeeded if its answer
/// was lost.
///
/// Bound to the thread of the call by [#bounded(Supplier)], [WithinDeadline] or
/// [#within(Supplier)]. Only that thread uses it.
///
/// Uploads, downloads and what works through the whole registry (the export of the history, the
/// garbage) have no such deadline: each of their transactions and requests has one of its own.
/// The time for loading or checking a version does not count, because that has limits of its own.
public final class CallDeadline {
  private static final ScopedValue<CallDeadline> CURRENT = ScopedValue.newInstance();

  private static volatile Duration call = Duration.ofSeconds(5);
  private static volatile Duration rollback = Duration.ofSeconds(2);

  private long work;
  private long end;

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

  static CallDeadline after(Duration limit) {
    long now = System.nanoTime();
    return new CallDeadline(now + limit.toNanos() / 4 * 3, now + limit.toNanos());
  }

  /// Runs `work`, a whole call, under a deadline that starts now.
  public static <T extends @Nullable Object> T bounded(Supplier<T> work) {
    return ofCall().within(work);
  }

  /// Runs `work`, a rollback, under its shorter deadline, which then also is that of the running
  /// call.
  static <T extends @Nullable Object> T rollback(Supplier<T> work) {
    CallDeadline rollback = after(CallDeadline.rollback);
    CallDeadline bound = currentOrNull();
    if (bound == null) {
      return rollback.within(work);
    }
    bound.shorten(rollback);
    return work.get();
  }

  /// The time left for the work of the running call, at most `wish`; `wish` if no deadline is
  /// bound. Never negative.
  public static Duration atMost(Duration wish) {
    CallDeadline bound = currentOrNull();
    return bound == null
        ? wish
        : Duration.ofNanos(Math.max(0, Math.min(wish.toNanos(), bound.workLeft())));
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

  private void shorten(CallDeadline other) {
    work = Math.min(work, other.work);
    end = Math.min(end, other.end);
  }

  /// Adds time that was spent on neither the database nor the bucket.
  void extend(Duration spent) {
    work += spent.toNanos();
    end += spent.toNanos();
  }

  /// A copy with the same end, where all of the time is for the work.
  CallDeadline last() {
    return new CallDeadline(end, end);
  }

  /// Runs `work` under this deadline.
  <T extends @Nullable Object> T within(Supplier<T> work) {
    return ScopedValue.where(CURRENT, this).call(work::get);
  }

  /// As [#within(Supplier)], for work that may throw any exception.
  <T extends @Nullable Object> T calling(Callable<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::call);
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
