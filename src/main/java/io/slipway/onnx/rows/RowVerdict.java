package io.slipway.onnx.rows;

/// What a graph shows about the rows of one run.
public sealed interface RowVerdict {
  /// Every output's row depends on the same row of the inputs and on nothing else of the run.
  record Apart() implements RowVerdict {}

  /// A node makes rows depend on each other, on their number or on their place.
  ///
  /// @param node its name, or that of its first output
  record Mixes(String node, String operator, String why) implements RowVerdict {
    @Override
    public String toString() {
      return operator + " (" + node + ") " + why;
    }
  }

  /// A node for which this can't be told, so that nothing is proven.
  ///
  /// @param node its name, or that of its first output
  record Undecided(String node, String operator, String why) implements RowVerdict {
    @Override
    public String toString() {
      return operator + " (" + node + ") " + why;
    }
  }
}
