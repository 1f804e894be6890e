package io.slipway.onnx;

/// How long the phases of predicting took, in nanoseconds, summed over the parts of one batch. Not
/// thread-safe; belongs to one batch.
public final class Phases {
  private long preprocess;
  private long inference;
  private long postprocess;

  void add(long preprocess, long inference, long postprocess) {
    this.preprocess += preprocess;
    this.inference += inference;
    this.postprocess += postprocess;
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
