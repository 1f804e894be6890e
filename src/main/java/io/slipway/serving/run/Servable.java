package io.slipway.serving.run;

import io.slipway.bundle.Bundle;
import io.slipway.onnx.ModelFailure;
import io.slipway.onnx.Phases;
import io.slipway.pipeline.Pipeline;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.UnexpectedOutput;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.object.Batch;
import io.slipway.pipeline.object.Row;
import io.slipway.serving.OutputFault;
import io.slipway.serving.Unserved;
import io.slipway.serving.VersionId;
import io.slipway.serving.id.PredictionIds;
import io.slipway.serving.id.VersionStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A loaded version, warmed up and ready to predict. Immutable except for the number of its leases,
/// the time of its last use and its quarantine. It closes when it is retired and the last lease has
/// ended.
public final class Servable {
  private static final Logger LOG = Logger.getLogger(Servable.class);

  private static final long LOG_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final VersionId id;
  private final Bundle bundle;
  private final byte[] content;
  private final String number;
  private final String digest;
  private final Graph.Signature signature;
  private final Pipeline pipeline;
  private final Scoring scoring;
  private final long memoryBytes;
  private final int rowsPerRun;
  private final Lane lane;
  private final LatencyEstimate latency;
  private final RunCost cost = new RunCost();
  private final VersionMeters meters;
  private final PredictionIds ids;
  private final VersionStamp stamp;
  private final Lifetime lifetime;
  private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - 2 * LOG_EVERY);
  private volatile long lastUsed = System.nanoTime();
  private volatile @Nullable String quarantine;

  /// @param memoryBytes estimated memory use
  /// @param rowsPerRun the most rows per run of the model; 1 where rows may not share a run
  /// @param latency the estimate of its calls' times
  /// @param ids creates the prediction ids
  /// @param stamp the version as encoded in prediction ids
  /// @param end releases the resources of the version
  public Servable(
      VersionId id,
      Bundle bundle,
      Graph.Signature signature,
      Pipeline pipeline,
      Scoring scoring,
      long memoryBytes,
      int rowsPerRun,
      Lane lane,
      LatencyEstimate latency,
      VersionMeters meters,
      PredictionIds ids,
      VersionStamp stamp,
      Runnable end) {
    this.id = id;
    this.number = Integer.toString(id.number());
    this.digest = bundle.digest().toString();
    this.bundle = bundle;
    this.content = bundle.digest().bytes();
    this.signature = signature;
    this.pipeline = pipeline;
    this.scoring = scoring;
    this.memoryBytes = memoryBytes;
    this.rowsPerRun = rowsPerRun;
    this.lane = lane;
    this.latency = latency;
    this.meters = meters;
    this.ids = ids;
    this.stamp = stamp;
    this.lifetime = new Lifetime(end);
  }

  public VersionId id() {
    return id;
  }

  /// The digest of its bundle as bytes; must not be modified.
  byte[] content() {
    return content;
  }

  /// The version number as text.
  public String number() {
    return number;
  }

  /// The digest of its bundle as text.
  public String digest() {
    return digest;
  }

  /// The bundle; its files exist while a lease is held.
  public Bundle bundle() {
    return bundle;
  }

  /// The inputs and outputs of the model's graph.
  public Graph.Signature signature() {
    return signature;
  }

  /// The compiled pipeline from input objects to tensors.
  public Pipeline pipeline() {
    return pipeline;
  }

  public Lifetime lifetime() {
    return lifetime;
  }

  Lane lane() {
    return lane;
  }

  LatencyEstimate latency() {
    return latency;
  }

  public VersionMeters meters() {
    return meters;
  }

  /// The estimated memory use in bytes.
  long memoryBytes() {
    return memoryBytes;
  }

  /// [System#nanoTime] of the last call.
  public long lastUsed() {
    return lastUsed;
  }

  /// Stops the version: no further call is started.
  ///
  /// @param why the reason for callers, as the end of a sentence about the version
  public void quarantine(String why) {
    quarantine = why;
  }

  /// Why no further call is started; null where the version is not in quarantine.
  @Nullable String quarantine() {
    return quarantine;
  }

  /// Whether rows may share a run of the model, as it is proven that this changes no answer.
  public boolean sharesRuns() {
    return rowsPerRun > 1;
  }

  /// The most queued calls to run together. Whole tensors of different callers never share a run.
  int together() {
    return sharesRuns() && pipeline.batches() ? cost.together() : 1;
  }

  /// One call of a run, read and preprocessed.
  private record Ready(Task task, Reading reading, List<Row> rows, long decode, long apply) {
    boolean single() {
      return reading.batch().single();
    }
  }

  /// Runs calls in one run of the model, on a worker, under their leases. Where the run fails, each
  /// call is run alone, so that one object cannot fail the others.
  ///
  /// @param begun [System#nanoTime] now
  void serve(List<Task> tasks, long begun) {
    lastUsed = begun;
    List<Ready> calls = new ArrayList<>(tasks.size());
    boolean alone;
    try {
      alone = !together(tasks, calls, begun);
    } finally {
      calls.forEach(call -> call.reading().close());
    }
    if (alone) {
      for (Ready call : calls) {
        if (!call.task().over()) {
          serve(List.of(call.task()), begun);
        }
      }
    }
  }

  /// Reads `tasks` into `calls`, runs them together and answers them.
  ///
  /// @return false where the run failed and each call is to be run alone
  private boolean together(List<Task> tasks, List<Ready> calls, long begun) {
    for (Task task : tasks) {
      Ready call = read(task);
      if (call != null) {
        calls.add(call);
      }
    }
    if (calls.isEmpty()) {
      return true;
    }
    List<Row> rows = rows(calls);
    Phases phases = new Phases();
    List<Scored> scored;
    try {
      scored = score(rows, phases, calls);
    } catch (ModelFailure.Terminated e) {
      calls.forEach(call -> call.task().cut());
      return true;
    } catch (ModelFailure.Unfamiliar e) {
      // Cancelled on an event loop; it is run again on a worker.
      return true;
    } catch (Unserved unserved) {
      if (calls.size() > 1) {
        return false;
      }
      calls.getFirst().task().refuse(unserved, rows, List.of());
      return true;
    }
    if (calls.size() > 1 || calls.getFirst().single()) {
      cost.ran(rows.size(), phases.inferenceNanos());
    }
    if (calls.size() == 1) {
      answer(calls.getFirst(), scored, phases, begun, 1);
      return true;
    }
    int from = 0;
    for (Ready call : calls) {
      int to = from + call.rows().size();
      answer(call, scored.subList(from, to), phases, begun, calls.size());
      from = to;
    }
    return true;
  }

  /// The rows of all `calls`, of which there mostly is one.
  private static List<Row> rows(List<Ready> calls) {
    if (calls.size() == 1) {
      return calls.getFirst().rows();
    }
    List<Row> rows = new ArrayList<>();
    for (Ready call : calls) {
      rows.addAll(call.rows());
    }
    return rows;
  }

  /// Reads a call and runs the steps on its rows; null where it was refused.
  private @Nullable Ready read(Task task) {
    long begun = System.nanoTime();
    Reading reading;
    try {
      reading = task.call().read(this);
    } catch (RefusedInput refused) {
      latency.took(task.call().bytes(), System.nanoTime() - begun);
      task.refuse(refused);
      return null;
    } catch (Unserved unserved) {
      // Such as a body without memory to be decoded: no fault of the calls that share the run.
      task.refuse(unserved);
      return null;
    }
    boolean ready = false;
    try {
      Batch batch = reading.batch();
      long read = System.nanoTime();
      List<Row> rows = new ArrayList<>(batch.rows().size());
      for (Row row : batch.rows()) {
        rows.add(pipeline.apply(row));
      }
      long applied = System.nanoTime();
      RefusedInput refused = task.call().partial() ? null : BatchRefusal.of(batch.single(), rows);
      if (refused == null) {
        ready = true;
        return new Ready(task, reading, rows, read - begun, applied - read);
      }
      latency.took(task.call().bytes(), applied - begun);
      task.refuse(refused, rows, List.of());
      return null;
    } finally {
      if (!ready) {
        reading.close();
      }
    }
  }

  /// @param mates the number of calls in the run, which share its time before and after the model
  private void answer(Ready call, List<Scored> scored, Phases phases, long begun, int mates) {
    Task task = call.task();
    RuntimeException failure =
        task.call().partial() && !call.single() ? null : BatchRefusal.ofScored(scored);
    if (failure == null) {
      Timings timings =
          new Timings(
              begun - task.submitted(),
              call.decode(),
              call.apply() + phases.preprocessNanos() / mates,
              phases.inferenceNanos(),
              phases.postprocessNanos() / mates);
      task.answer(call.reading(), call.rows(), scored, timings);
    } else {
      task.refuse(failure, call.rows(), scored);
    }
    long took = (System.nanoTime() - begun) / mates;
    latency.took(task.call().bytes(), took);
    if (call.single()) {
      latency.served(task.call().bytes(), took);
    }
  }

  /// Runs the rows that were not refused, and restores their order.
  private List<Scored> score(List<Row> rows, Phases phases, List<Ready> calls) {
    List<Frame> frames = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (row instanceof Row.Read(Frame frame)) {
        frames.add(frame);
      }
    }
    List<Prediction> predictions = predict(frames, phases, calls);
    List<Scored> scored = new ArrayList<>(rows.size());
    int next = 0;
    for (Ready call : calls) {
      boolean finite = call.reading().finite();
      for (Row row : call.rows()) {
        scored.add(
            switch (row) {
              case Row.Refused(RefusedInput refusal) -> new Scored.Refused(refusal);
              case Row.Read _ -> judged(predictions.get(next++), finite);
            });
      }
    }
    return scored;
  }

  /// Runs `frames`, at most [#rowsPerRun] at a time.
  private List<Prediction> predict(List<Frame> frames, Phases phases, List<Ready> calls) {
    Task first = calls.getFirst().task();
    if (!frames.isEmpty() && frames.size() <= rowsPerRun) {
      return run(frames, phases, first);
    }
    List<Prediction> predictions = new ArrayList<>(frames.size());
    for (int from = 0; from < frames.size(); from += rowsPerRun) {
      if (from > 0 && calls.stream().allMatch(call -> call.task().over())) {
        throw new Unserved.DeadlineExceeded("the deadline passed while predicting");
      }
      int to = Math.min(frames.size(), from + rowsPerRun);
      predictions.addAll(run(frames.subList(from, to), phases, first));
    }
    return predictions;
  }

  private List<Prediction> run(List<Frame> frames, Phases phases, Task task) {
    try {
      return scoring.predict(frames, phases, task.handle());
    } catch (ModelFailure.Terminated | ModelFailure.Unfamiliar e) {
      throw e;
    } catch (RuntimeException e) {
      log(e, frames.size());
      throw switch (e) {
        case ModelFailure.OutOfMemory _, ModelFailure.TooLong _ ->
            Unserved.ModelFailed.overLimit(id + " cannot serve this input: " + e.getMessage());
        default ->
            new Unserved.ModelFailed(
                id + " failed on a valid object",
                e instanceof UnexpectedOutput ? OutputFault.SHAPE : null);
      };
    }
  }

  /// Logs a failure, at most once per second: a broken model fails at every call.
  private void log(RuntimeException e, int rows) {
    long now = System.nanoTime();
    long before = lastLogged.get();
    if (now - before > LOG_EVERY && lastLogged.compareAndSet(before, now)) {
      LOG.errorf(e, "%s failed on %d valid objects", id, rows);
    }
  }

  private Scored judged(Prediction prediction, boolean finite) {
    OutputFault fault = finite ? OutputCheck.of(prediction) : null;
    return fault == null
        ? new Scored.Decided(prediction, ids.next(stamp, prediction))
        : new Scored.Broken(
            new Unserved.ModelFailed(
                id + " returned a number that is not finite: " + fault.label(), fault));
  }
}
