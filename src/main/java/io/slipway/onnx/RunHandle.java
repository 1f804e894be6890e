package io.slipway.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// The means to cut one run short from another thread: the graph stops before its next node, within
/// milliseconds, unless it is inside of one giant operator.
///
/// One thread opens it, runs with it (again and again, if it likes) and closes it; any thread may
/// terminate it at any time, also when the run is long over.
public final class RunHandle implements AutoCloseable {
  private final OrtSession.RunOptions options;
  private final boolean familiarOnly;
  private boolean terminated;
  private boolean closed;

  private RunHandle(OrtSession.RunOptions options, boolean familiarOnly) {
    this.options = options;
    this.familiarOnly = familiarOnly;
  }

  /// @param familiarOnly whether runs with it are only begun over shapes over which others have
  ///     ended: from one operator that never ends no thread comes back
  public static RunHandle open(boolean familiarOnly) {
    OnnxRuntime.environment();
    try {
      return new RunHandle(new OrtSession.RunOptions(), familiarOnly);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Ends the run that is on, and every later one until [#reset].
  public synchronized void terminate() {
    set(true);
  }

  /// Makes the handle fit for another run.
  public synchronized void reset() {
    set(false);
  }

  boolean familiarOnly() {
    return familiarOnly;
  }

  /// Whether runs with it end at once.
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
