package io.slipway.onnx;

/// The time of each phase of a prediction, in nanoseconds, and the size of its output, summed over
/// the parts of one batch. Not thread-safe; belongs to one batch.
public final class Phases {
  private long preprocess;
  private long inference;
  private long postprocess;
  private long outputBytes;

  void add(long preprocess, long inference, long postprocess) {
    this.preprocess += preprocess;
    this.inference += inference;
    this.postprocess += postprocess;
  }

  /// Adds the size of one part's output.
  ///
  /// @return the total so far, in bytes
  long answers(long bytes) {
    outputBytes += bytes;
    return outputBytes;
  }

  public long preprocessNanos() {
    return preprocess;
  }

  public long inferenceNanos() {
    return inference;
  }

  public long postprocessNanos() {
    return postprocess;
  }
}
