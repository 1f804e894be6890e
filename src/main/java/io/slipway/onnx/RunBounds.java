package io.slipway.onnx;

/// The limits of the runs of one graph, for any input: a model that passed its check may need a
/// thousand times as much for another input.
///
/// @param memoryBytes of all concurrent runs together, without the weights
/// @param outputBytes of the outputs for one call
public record RunBounds(long memoryBytes, long outputBytes) {
  private static final long MOST_MEMORY = 4L << 30;
  private static final long LEAST_MEMORY = 1 << 20;
  private static final int PART_OF_HEAP = 16;

  /// The memory limit is the maximum heap size, but at most 4 GiB. The output limit is a sixteenth
  /// of the heap, as outputs become text that is several times as long.
  public static final RunBounds DEFAULT = of(Runtime.getRuntime().maxMemory());

  public RunBounds {
    if (memoryBytes < LEAST_MEMORY || outputBytes < 1) {
      throw new IllegalArgumentException(
          "too little for any run: " + memoryBytes + " and " + outputBytes + " bytes");
    }
  }

  /// @param heapBytes the maximum size of the heap
  static RunBounds of(long heapBytes) {
    return new RunBounds(
        Math.clamp(heapBytes, LEAST_MEMORY, MOST_MEMORY), Math.max(1, heapBytes / PART_OF_HEAP));
  }
}
