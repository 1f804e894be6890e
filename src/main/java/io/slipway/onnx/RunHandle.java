package io.slipway.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// Cancels a run from another thread: the graph stops before its next node, within milliseconds,
/// unless it is inside of one huge operator.
///
/// One thread opens it, runs with it any number of times, and closes it; any thread may terminate
/// it at any time, also after the run.
public final class RunHandle implements AutoCloseable {
  private final OrtSession.RunOptions options;
  private final boolean familiarOnly;
  private boolean terminated;
  private boolean closed;

  private RunHandle(OrtSession.RunOptions options, boolean familiarOnly) {
    this.options = options;
    this.familiarOnly = familiarOnly;
  }

  /// @param familiarOnly whether it allows only shapes over which other runs have ended: a thread
  ///     in an operator that never ends is lost
  public static RunHandle open(boolean familiarOnly) {
    OnnxRuntime.environment();
    try {
      return new RunHandle(new OrtSession.RunOptions(), familiarOnly);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Cancels the current run, and every later one until [#reset].
  public synchronized void terminate() {
    set(true);
  }

  /// Prepares the handle for another run.
  public synchronized void reset() {
    set(false);
  }

  boolean familiarOnly() {
    return familiarOnly;
  }

  /// Whether runs with it are cancelled at once.
  public synchronized boolean terminated() {
    return terminated;
  }

  private void set(boolean terminate) {
    if (closed || terminated == terminate) {
      return;
    }
    try {
      options.setTerminate(terminate);
      terminated = terminate;
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  OrtSession.RunOptions options() {
    return options;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      options.close();
    }
  }
}
