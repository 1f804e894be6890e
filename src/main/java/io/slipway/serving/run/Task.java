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

/// One call on its way through a lane, with its lease and its deadline. Whoever comes first, the
/// worker with the answer or the watch over deadlines, answers it; nobody else does. A run that
/// keeps an event loop for too long is cut short and begun again in the lane.
final class Task {
  private static final Logger LOG = Logger.getLogger(Task.class);

  private static final int QUEUED = 0;
  private static final int RUNNING = 1;
  private static final int OVER = 2;

  /// How long a run may keep an event loop until it is cut short; far more than what was foretold,
  /// so that a pause of the machine is none.
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /// How much of the time that is left may be planned; the rest is for what can't be foretold.
  private static final double FORETOLD = 0.75;

  /// What is shorter is no wait.
  private static final long NO_WAIT = 1_000_000;

  private final Witness witness;
  private final Lease lease;
  private final Call call;
  private final long submitted;
  private final long deadline;
  private final AtomicInteger state = new AtomicInteger(QUEUED);

  /// The trace that the request is a part of; none where tracing is off.
  private final @Nullable Context trace = ContextStorage.get().current();

  private @Nullable RunSlot slot;

  /// Whether it is run where it arrived; and whether it turned out to be too long for that.
  private boolean here;

  /// What the work costs and how long it was to wait, in nanoseconds, as foretold when it came.
  private final long cost;

  private long foretold;

  private volatile boolean expelled;

  /// @param submitted [System#nanoTime] when the whole object had arrived
  /// @param deadline [System#nanoTime] after which nobody waits
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

  /// Whether it is run where it arrived, on an event loop.
  boolean here() {
    return here;
  }

  /// Where it waits that is not served where it arrived.
  Lane lane() {
    return lease.servable().lane();
  }

  /// The digest of the content that it runs on, as bytes.
  byte[] content() {
    return lease.servable().content();
  }

  long submitted() {
    return submitted;
  }

  boolean over() {
    return state.get() == OVER;
  }

  /// What the work costs, in nanoseconds, as foretold.
  long cost() {
    return cost;
  }

  /// Judges whether it would be answered in time after `wait` nanoseconds. Where it need not wait,
  /// a deadline that is too short is no sign of too much to do: it passes, and says so itself.
  boolean admits(long wait, long now) {
    foretold = wait;
    return wait < NO_WAIT || wait + cost <= (deadline - now) * FORETOLD;
  }

  /// What its lane learns when its turn comes.
  void waited(Backlog backlog) {
    backlog.waited(foretold, System.nanoTime() - submitted);
  }

  /// What its runs can be cut short with; on a worker.
  RunHandle handle() {
    return Objects.requireNonNull(slot).handle(here);
  }

  /// Serves `tasks` of one version in one run on the thread that they arrived on, but those for
  /// which it is too late. Ends their leases, or goes on in the lane.
  static void runHere(List<Task> tasks, RunSlot slot) {
    tasks.forEach(task -> task.here = true);
    run(tasks, slot);
  }

  /// Whether `next` can share a run with it: the same version, and no larger than usual.
  boolean shares(Task next) {
    Servable servable = lease.servable();
    return next.lease.servable() == servable && servable.latency().usual(next.call.bytes());
  }

  /// How many calls may share its run.
  int together() {
    Servable servable = lease.servable();
    return servable.latency().usual(call.bytes()) ? servable.together() : 1;
  }

  /// Serves `tasks` of one version in one run, but those for which it is too late; on a worker.
  /// Ends their leases.
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
      // Such as a body that finds no room to be unfolded: that is no fault of ours.
      live.forEach(task -> task.refuse(e));
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "calls of %s failed", live.getFirst().lease.servable().id());
      live.forEach(task -> task.refuse(refusal(e)));
    } finally {
      slot.end();
    }
    live.forEach(Task::end);
  }

  /// @return false where it was too late, or the version is in quarantine; the lease is ended then
  private boolean begin(RunSlot slot, long now) {
    String quarantine = lease.servable().quarantine();
    if (call.abandoned() || now - deadline > 0) {
      expire("the deadline passed before the work began");
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

  /// Its run was cut short.
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

  /// Finds out whether it has been on an event loop for too long since `since`, in which case its
  /// version leaves the event loops; on the watch.
  ///
  /// @return whether it must be cut short
  boolean expelBy(long now, long since) {
    if (here && !expelled && now - since > STUCK_NANOS && state.get() == RUNNING) {
      expelled = true;
      lease.servable().latency().expel();
      return true;
    }
    return false;
  }

  /// Answers with [Unserved.DeadlineExceeded] where the deadline has passed by `now`, or where
  /// nobody waits any more; on the watch.
  ///
  /// @return whether it was the watch that answered
  boolean expireBy(long now) {
    // An event loop that runs it hears of nothing meanwhile, and holds its connection, which the
    // watch must not wait for.
    if (!here && call.abandoned()) {
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

  /// Answers with what was predicted, unless it is over already.
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
      LOG.errorf(e, "an answer of %s could not be written", lease.servable().id());
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

  /// Tells the witness as a part of the request's trace: what is measured carries the trace's id,
  /// also where it is done after another request, or on another thread.
  private void tell(Outcome outcome) {
    if (trace == null) {
      witness.tell(outcome);
    } else {
      try (Scope _ = trace.makeCurrent()) {
        witness.tell(outcome);
      }
    }
  }

  /// What a call is told whose work has thrown `e`, which nobody expected. A heap that is full is
  /// full of what calls hold, so there is room again when they are over.
  private static RuntimeException refusal(Throwable e) {
    return switch (e) {
      case RuntimeException known -> known;
      case OutOfMemoryError _ -> new Unserved.Overloaded("no memory is left for it at this moment");
      default -> new IllegalStateException(e);
    };
  }

  /// @return false where it was answered already
  boolean refuse(RuntimeException why) {
    return refuse(why, List.of(), List.of());
  }

  /// As [#refuse(RuntimeException)], with as much as is known of its rows.
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
