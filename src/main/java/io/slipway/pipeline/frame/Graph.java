package io.slipway.pipeline.frame;

import java.util.Map;

/// A graph that a pipeline runs on the way (the step `onnx`): tensors by name in, tensors by name
/// out. The room `onnx` provides it, as the pipeline knows no runtime.
public interface Graph {
  /// What the graph declares for each input and output.
  ///
  /// @param dtype as in a bundle's tensors
  /// @param shape -1 where symbolic
  record Signature(Map<String, Port> inputs, Map<String, Port> outputs) {}

  record Port(String dtype, java.util.List<Long> shape) {}

  Signature signature();

  Map<String, Tensor> run(Map<String, Tensor> inputs);
}
