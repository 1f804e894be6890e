package io.slipway.serving;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/// One call on its way through a lane, with its lease and its deadline. Whoever comes first, the
/// worker with the answer or the watch over deadlines, answers it; nobody else does.
final class Task {
  private static final Logger LOG = Logger.getLogger(Task.class);

  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int OVER = 2;

  private final Lease lease;
  private final Call call;
  private final long submitted;
  private final long deadline;
  private final AtomicInteger state = new AtomicInteger(QUEUED);

  /// @param submitted [System#nanoTime] when the whole object had arrived
  /// @param deadline [System#nanoTime] after which nobody waits
  Task(Lease lease, Call call, long submitted, long deadline) {
    this.lease = lease;
    this.call = call;
    this.submitted = submitted;
    this.deadline = deadline;
  }

  Call call() {
    return call;
  }

  long submitted() {
    return submitted;
  }

  boolean over() {
    return state.get() == OVER;
  }

  /// Serves it, unless it is too late; on a worker. Ends the lease.
  void run() {
    try (lease) {
      if (call.abandoned() || System.nanoTime() - deadline > 0) {
        expire("the deadline passed before the work began");
        return;
      }
      if (!state.compareAndSet(QUEUED, RUNNING)) {
        return;
      }
      try {
        lease.servable().serve(this);
      } catch (RuntimeException e) {
        LOG.errorf(e, "a call of %s failed", lease.servable().id());
        refuse(e);
      }
    }
  }

  /// Answers with [Unserved.DeadlineExceeded] where the deadline has passed by `now`, or where
  /// nobody waits any more; on the watch.
  ///
  /// @return whether it was the watch that answered
  boolean expireBy(long now) {
    if (call.abandoned()) {
      return expire("nobody waits for the answer any more");
    }
    return now - deadline > 0
        && expire(
            state.get() == RUNNING
                ? "the deadline passed while predicting"
                : "the deadline passed before the work began");
  }

  private boolean expire(String message) {
    return refuse(new Unserved.DeadlineExceeded(message));
  }

  void answer(Servable servable, List<Scored> scored, Timings timings) {
    if (state.getAndSet(OVER) == OVER) {
      return;
    }
    RequestEnd end;
    try {
      end = call.answer(servable, scored, timings);
    } catch (RuntimeException e) {
      LOG.errorf(e, "an answer of %s could not be written", servable.id());
      call.refuse(e);
      end = RequestEnd.INTERNAL;
    }
    lease.counters().count(end);
  }

  /// @return false where it was answered already
  boolean refuse(RuntimeException why) {
    if (state.getAndSet(OVER) == OVER) {
      return false;
    }
    call.refuse(why);
    lease.counters().count(RequestEnd.of(why));
    return true;
  }
}
