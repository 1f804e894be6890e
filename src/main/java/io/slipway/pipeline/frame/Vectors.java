package io.slipway.pipeline.frame;

/// The two forms of a vector in a [Frame]: `double[]` and [SparseVector].
public final class Vectors {
  private Vectors() {}

  /// The vector as a new or its own dense array; callers that write to it copy first.
  public static double[] dense(Object vector) {
    return switch (vector) {
      case double[] dense -> dense;
      case SparseVector(int length, int[] indices, double[] values, int count) -> {
        double[] dense = new double[length];
        for (int i = 0; i < count; i++) {
          dense[indices[i]] = values[i];
        }
        yield dense;
      }
      default -> throw new IllegalStateException("not a vector: " + vector.getClass());
    };
  }
}
