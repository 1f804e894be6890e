package io.slipway.onnx;

/// How long the phases of predicting took, in nanoseconds, and how much it answers, summed over the
/// parts of one batch. Not thread-safe; belongs to one batch.
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

  /// Counts what one part answers.
  ///
  /// @return what all of them answer up to now, in bytes
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
