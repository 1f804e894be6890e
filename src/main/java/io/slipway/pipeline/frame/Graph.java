package io.slipway.pipeline.frame;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A graph that a pipeline runs on the way (the step `onnx`): tensors by name in, tensors by name
/// out. The room `onnx` provides it, as the pipeline knows no runtime.
public interface Graph {
  /// What the graph declares for each input and output, in its order.
  record Signature(Map<String, Port> inputs, Map<String, Port> outputs) {}

  /// An input or output.
  ///
  /// @param dtype as in a bundle's tensors
  /// @param shape -1 where symbolic
  /// @param symbols what each dimension is called, "" where it has no name
  /// @param ranked false where the graph does not say how many dimensions there are; `shape` is
  ///      empty then, as it is for a single value
  record Port(String dtype, List<Long> shape, List<String> symbols, boolean ranked) {
    /// Of a known number of dimensions.
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
