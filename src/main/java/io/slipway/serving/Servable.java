package io.slipway.serving;

import io.slipway.bundle.Bundle;
import io.slipway.onnx.Phases;
import io.slipway.pipeline.ObjectReader;
import io.slipway.pipeline.Prediction;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.RefusedInput;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/// One version, open and warm. Immutable but for the count of its leases and the time of its last
/// use; closes when the last lease ends after it was retired. The only place that sees all phases
/// of a call, so it records them.
public final class Servable {
  private static final Logger LOG = Logger.getLogger(Servable.class);

  private final VersionId id;
  private final Bundle bundle;
  private final ObjectReader reader;
  private final Scoring scoring;
  private final long memoryBytes;
  private final int rowsPerRun;
  private final Lane lane;
  private final VersionMeters meters;
  private final Lifetime lifetime;
  private volatile long lastUsed = System.nanoTime();

  /// @param memoryBytes what it occupies, estimated
  /// @param rowsPerRun the most rows of a call that go through the model at once
  /// @param end frees what the version holds
  Servable(
      VersionId id,
      Bundle bundle,
      ObjectReader reader,
      Scoring scoring,
      long memoryBytes,
      int rowsPerRun,
      Lane lane,
      VersionMeters meters,
      Runnable end) {
    this.id = id;
    this.bundle = bundle;
    this.reader = reader;
    this.scoring = scoring;
    this.memoryBytes = memoryBytes;
    this.rowsPerRun = rowsPerRun;
    this.lane = lane;
    this.meters = meters;
    this.lifetime = new Lifetime(end);
  }

  public VersionId id() {
    return id;
  }

  /// What it was made from; the files are there as long as a lease is held.
  public Bundle bundle() {
    return bundle;
  }

  /// Reads this version's objects.
  public ObjectReader reader() {
    return reader;
  }

  Lifetime lifetime() {
    return lifetime;
  }

  Lane lane() {
    return lane;
  }

  VersionMeters meters() {
    return meters;
  }

  /// What it occupies, estimated.
  long memoryBytes() {
    return memoryBytes;
  }

  /// [System#nanoTime] of the last call.
  long lastUsed() {
    return lastUsed;
  }

  /// Serves one call, on a worker, under a lease.
  void serve(Task task) {
    long begun = System.nanoTime();
    lastUsed = begun;
    List<Frame> rows;
    List<Scored> scored;
    Phases phases = new Phases();
    long read = begun;
    try {
      rows = task.call().read(reader);
      read = System.nanoTime();
      scored = predict(rows, phases, task);
    } catch (RefusedInput refused) {
      meters.refused(refused);
      task.refuse(refused);
      return;
    } catch (Unserved unserved) {
      task.refuse(unserved);
      return;
    }
    Timings timings =
        new Timings(
            begun - task.submitted(),
            read - begun,
            phases.preprocess(),
            phases.inference(),
            phases.postprocess());
    long decided = System.nanoTime();
    task.answer(this, scored, timings);
    long answered = System.nanoTime();
    meters.served(rows.size(), timings, answered - decided, answered - task.submitted());
  }

  private List<Scored> predict(List<Frame> rows, Phases phases, Task task) {
    if (rows.size() <= rowsPerRun) {
      return score(rows, phases);
    }
    List<Scored> scored = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += rowsPerRun) {
      if (task.over()) {
        throw new Unserved.DeadlineExceeded("the deadline passed while predicting");
      }
      scored.addAll(score(rows.subList(from, Math.min(rows.size(), from + rowsPerRun)), phases));
    }
    return scored;
  }

  /// Runs `rows` together; where the pipeline refuses one of them, halves until it is found, so
  /// that the others are not its victims.
  private List<Scored> score(List<Frame> rows, Phases phases) {
    if (rows.isEmpty()) {
      return List.of();
    }
    try {
      List<Prediction> predictions = scoring.predict(rows, phases);
      List<Scored> scored = new ArrayList<>(predictions.size());
      for (Prediction prediction : predictions) {
        scored.add(judged(prediction));
      }
      return scored;
    } catch (RefusedInput refused) {
      if (rows.size() == 1) {
        meters.refused(refused);
        return List.of(new Scored.Refused(refused));
      }
      int half = rows.size() / 2;
      List<Scored> scored = new ArrayList<>(score(rows.subList(0, half), phases));
      scored.addAll(score(rows.subList(half, rows.size()), phases));
      return scored;
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s failed on %d valid rows", id, rows.size());
      throw new Unserved.ModelFailed(id + " failed on a valid object");
    }
  }

  private Scored judged(Prediction prediction) {
    OutputCheck.Fault fault = OutputCheck.of(prediction);
    if (fault == null) {
      return new Scored.Decided(prediction);
    }
    meters.invalidOutput(fault);
    return new Scored.Broken(
        new Unserved.ModelFailed(id + " gave a number that is not finite: " + fault.label()));
  }
}
