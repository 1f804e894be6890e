package io.slipway.onnx;

/// What the runs of one graph may take, whatever they are given: a model that has passed its trial
/// may want a thousand times as much for another input.
///
/// @param memoryBytes what the runs that are on occupy together, weights aside
/// @param outputBytes what they answer, of one call
public record RunBounds(long memoryBytes, long outputBytes) {
  private static final long MOST_MEMORY = 4L << 30;
  private static final long LEAST_MEMORY = 1 << 20;
  private static final int PART_OF_HEAP = 16;

  /// As much memory as the heap may have, which is a part of the machine's, but at most 4 GiB; for
  /// what is answered a sixteenth of the heap, as it becomes text several times as long.
  public static final RunBounds DEFAULT = of(Runtime.getRuntime().maxMemory());

  public RunBounds {
    if (memoryBytes < LEAST_MEMORY || outputBytes < 1) {
      throw new IllegalArgumentException(
          "nothing runs in " + memoryBytes + " and " + outputBytes + " bytes");
    }
  }

  /// @param heapBytes the most that the heap may have
  static RunBounds of(long heapBytes) {
    return new RunBounds(
        Math.clamp(heapBytes, LEAST_MEMORY, MOST_MEMORY), Math.max(1, heapBytes / PART_OF_HEAP));
  }
}
