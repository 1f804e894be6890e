package io.slipway.serving.run;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import io.slipway.onnx.RunHandle;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.Unserved;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One call in a lane, with its lease and deadline. It is answered exactly once, by the worker or
/// by the deadline watch, whichever is first. A run that occupies an event loop for too long is
/// cancelled and started again in the lane.
final class Task {
  private static final Logger LOG = Logger.getLogger(Task.class);

  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int OVER = 2;

  /// The time after which a run on an event loop is cancelled; far above any estimate, so that a
  /// pause of the machine does not count.
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /// The share of the remaining time that estimates may use up; the rest is a reserve.
  private static final double FORETOLD = 0.75;

  /// Waits shorter than this do not count as waits, in nanoseconds.
  private static final long NO_WAIT = 1_000_000;

  private final Witness witness;
  private final Lease lease;
  private final Call call;
  private final long submitted;
  private final long deadline;
  private final AtomicInteger state = new AtomicInteger(QUEUED);

  /// The request's trace context; null where tracing is off.
  private final @Nullable Context trace = ContextStorage.get().current();

  private @Nullable RunSlot slot;

  /// Whether it runs on the event loop on which it arrived.
  private boolean here;

  /// The estimated cost and wait on arrival, in nanoseconds.
  private final long cost;

  private long foretold;

  private volatile boolean expelled;

  /// @param submitted [System#nanoTime] when the request was completely received
  /// @param deadline [System#nanoTime] when the caller stops waiting
  Task(Witness witness, Lease lease, Call call, long submitted, long deadline) {
    this.witness = witness;
    this.lease = lease;
    this.call = call;
    this.submitted = submitted;
    this.deadline = deadline;
    this.cost = lease.servable().latency().expected(call.bytes());
  }

  Call call() {
    return call;
  }

  Servable servable() {
    return lease.servable();
  }

  /// Whether it runs on the event loop on which it arrived.
  boolean here() {
    return here;
  }

  /// The lane where it waits, unless it runs on an event loop.
  Lane lane() {
    return lease.servable().lane();
  }

  /// The digest of the content that it runs, as bytes.
  byte[] content() {
    return lease.servable().content();
  }

  long submitted() {
    return submitted;
  }

  boolean over() {
    return state.get() == OVER;
  }

  /// The estimated cost, in nanoseconds.
  long cost() {
    return cost;
  }

  /// Whether it would be answered in time after `wait` nanoseconds. Without a wait the answer is
  /// always true: a deadline that is too short then is no overload, and simply expires.
  boolean admits(long wait, long now) {
    foretold = wait;
    return wait < NO_WAIT || wait + cost <= (deadline - now) * FORETOLD;
  }

  /// Reports its actual wait to the lane's backlog.
  void waited(Backlog backlog) {
    backlog.waited(foretold, System.nanoTime() - submitted);
  }

  /// The handle that cancels its runs; on a worker.
  RunHandle handle() {
    return Objects.requireNonNull(slot).handle(here);
  }

  /// Runs `tasks` of one version on the event loop on which they arrived, except those whose
  /// deadline has passed. Ends their leases, or moves them to the lane.
  static void runHere(List<Task> tasks, RunSlot slot) {
    tasks.forEach(task -> task.here = true);
    run(tasks, slot);
  }

  /// Whether `next` may share a run with it: of the same version, and not larger than usual.
  boolean shares(Task next) {
    Servable servable = lease.servable();
    return next.lease.servable() == servable && servable.latency().usual(next.call.bytes());
  }

  /// The most calls in its run.
  int together() {
    Servable servable = lease.servable();
    return servable.latency().usual(call.bytes()) ? servable.together() : 1;
  }

  /// Runs `tasks` of one version on a worker, except those whose deadline has passed. Ends their
  /// leases.
  static void run(List<Task> tasks, RunSlot slot) {
    long now = System.nanoTime();
    List<Task> live = new ArrayList<>(tasks.size());
    for (Task task : tasks) {
      if (task.begin(slot, now)) {
        live.add(task);
      }
    }
    if (live.isEmpty()) {
      return;
    }
    slot.begin(live, now);
    try {
      live.getFirst().lease.servable().serve(live, now);
    } catch (Unserved e) {
      // Such as a body without memory to be decoded: expected under load, so it is not logged.
      live.forEach(task -> task.refuse(e));
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "calls of %s failed", live.getFirst().lease.servable().id());
      live.forEach(task -> task.refuse(refusal(e)));
    } finally {
      slot.end();
    }
    live.forEach(Task::end);
  }

  /// @return false where its deadline has passed or the version is quarantined; its lease has ended
  private boolean begin(RunSlot slot, long now) {
    String quarantine = lease.servable().quarantine();
    if (call.abandoned() || now - deadline > 0) {
      expire("the deadline passed before the work started");
    } else if (quarantine != null) {
      refuse(new Unserved.NotReady(lease.servable().id() + " is not served: " + quarantine));
    } else if (state.compareAndSet(QUEUED, RUNNING)) {
      this.slot = slot;
      return true;
    }
    lease.close();
    return false;
  }

  private void end() {
    if (state.get() == OVER) {
      lease.close();
    } else {
      again();
    }
  }

  /// Refuses it after its run was cancelled.
  void cut() {
    if (!expelled) {
      refuse(new Unserved.DeadlineExceeded("the deadline passed while predicting"));
    }
  }

  private void again() {
    here = false;
    expelled = false;
    if (state.compareAndSet(RUNNING, QUEUED) && lane().offer(this)) {
      return;
    }
    refuse(lane().overloaded(lease.servable().id()));
    lease.close();
  }

  /// Whether it has occupied an event loop for too long since `since`; its version then leaves the
  /// event loops. On the watch.
  ///
  /// @return whether its run must be cancelled
  boolean expelBy(long now, long since) {
    if (here && !expelled && now - since > STUCK_NANOS && state.get() == RUNNING) {
      expelled = true;
      lease.servable().latency().expel();
      return true;
    }
    return false;
  }

  /// Answers with [Unserved.DeadlineExceeded] where the deadline has passed by `now`, or the caller
  /// no longer waits; on the watch.
  ///
  /// @return whether this method answered it
  boolean expireBy(long now) {
    // The event loop that runs it cannot notice a disconnect meanwhile, and holds the lock of its
    // connection, for which the watch must not wait.
    if (!here && call.abandoned()) {
      return expire("the caller no longer waits for the answer");
    }
    return now - deadline > 0
        && expire(
            state.get() == RUNNING
                ? "the deadline passed while predicting"
                : "the deadline passed before the work started");
  }

  private boolean expire(String message) {
    return refuse(new Unserved.DeadlineExceeded(message));
  }

  /// Answers with the predictions, unless it is already answered.
  void answer(Reading reading, List<Row> rows, List<Scored> scored, Timings timings) {
    if (state.getAndSet(OVER) == OVER) {
      return;
    }
    long decided = System.nanoTime();
    Reply reply;
    try {
      reply = reading.answer(lease, scored, timings);
    } catch (RefusedInput why) {
      end(why, rows, scored);
      return;
    } catch (UnexpectedOutput e) {
      end(new Unserved.ModelFailed(lease.servable().id() + ": " + e.getMessage()), rows, scored);
      return;
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "an answer of %s could not be rendered", lease.servable().id());
      end(refusal(e), rows, scored);
      return;
    }
    long written = System.nanoTime();
    tell(
        new Outcome.Answered(
            call.protocol(),
            lease.choice(),
            rows,
            scored,
            reading.objects(),
            timings,
            written - decided,
            written - submitted));
    try {
      reply.send();
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "an answer of %s could not be sent", lease.servable().id());
      call.refuse(lease.servable(), refusal(e));
    }
  }

  /// Reports the outcome within the request's trace, so that exemplars carry its trace id, although
  /// this may run after another request or on another thread.
  private void tell(Outcome outcome) {
    if (trace == null) {
      witness.tell(outcome);
    } else {
      try (Scope _ = trace.makeCurrent()) {
        witness.tell(outcome);
      }
    }
  }

  /// The refusal for the unexpected `e`. An exhausted heap is filled by calls in progress, so there
  /// is room again when they end: the caller should retry.
  private static RuntimeException refusal(Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case OutOfMemoryError _ -> new Unserved.Overloaded("out of memory at this moment, retry");
      default -> new IllegalStateException(e);
    };
  }

  /// @return false where it was already answered
  boolean refuse(RuntimeException why) {
    return refuse(why, List.of(), List.of());
  }

  /// As [#refuse(RuntimeException)], with the rows and results known so far.
  boolean refuse(RuntimeException why, List<Row> rows, List<Scored> scored) {
    if (state.getAndSet(OVER) == OVER) {
      return false;
    }
    end(why, rows, scored);
    return true;
  }

  private void end(RuntimeException why, List<Row> rows, List<Scored> scored) {
    tell(
        new Outcome.Refused(
            call.protocol(), lease.choice(), why, rows, scored, System.nanoTime() - submitted));
    call.refuse(lease.servable(), why);
  }
}
