package io.slipway.onnx.rows;

/// The verdict of [RowAnalysis] on the rows of one run.
public sealed interface RowVerdict {
  /// Every row of the outputs depends on the same row of the inputs only.
  record Apart() implements RowVerdict {}

  /// A node makes rows depend on each other, on their number or on their position.
  ///
  /// @param node its name, or that of its first output
  record Mixes(String node, String operator, String why) implements RowVerdict {
    @Override
    public String toString() {
      return operator + " (" + node + ") " + why;
    }
  }

  /// A node that cannot be analysed, so that nothing is proven.
  ///
  /// @param node its name, or that of its first output
  record Undecided(String node, String operator, String why) implements RowVerdict {
    @Override
    public String toString() {
      return operator + " (" + node + ") " + why;
    }
  }
}
