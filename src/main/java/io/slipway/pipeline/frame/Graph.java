package io.slipway.pipeline.frame;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A graph that a step `onnx` runs: named tensors in, named tensors out. The package `onnx`
/// implements it, as the pipeline depends on no runtime.
public interface Graph {
  /// The declared inputs and outputs of a graph, in its order.
  record Signature(Map<String, Port> inputs, Map<String, Port> outputs) {}

  /// An input or output.
  ///
  /// @param dtype as in a bundle's tensors
  /// @param shape the dimensions; -1 where symbolic
  /// @param symbols the names of the dimensions; "" where a dimension has none
  /// @param ranked false where the graph does not declare the number of dimensions; `shape` is then
  ///      empty, as it is for a single value
  record Port(String dtype, List<Long> shape, List<String> symbols, boolean ranked) {
    /// A port with a known number of dimensions.
    public Port(String dtype, List<Long> shape, List<String> symbols) {
      this(dtype, shape, symbols, true);
    }

    /// A port whose dimensions have no names.
    public Port(String dtype, List<Long> shape) {
      this(dtype, shape, Collections.nCopies(shape.size(), ""));
    }
  }

  Signature signature();

  Map<String, Tensor> run(Map<String, Tensor> inputs);
}
