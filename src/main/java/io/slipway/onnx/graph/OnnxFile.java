package io.slipway.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The structure of an ONNX file, without its tensors' values.
///
/// @param nodes the number of nodes, subgraphs included
/// @param depth the nesting depth of subgraphs; 0 without any
/// @param body the operators of the graph and its subgraphs
/// @param functions the bodies of the model's own functions
/// @param inputs by name, in order; without initializers that may be overridden
/// @param external all tensors whose values are in another file
/// @param locales that its text operators require
record OnnxFile(
    long irVersion,
    Map<String, Long> opsets,
    long nodes,
    int depth,
    Map<Operator, Long> body,
    Map<Operator, Map<Operator, Long>> functions,
    Map<String, OnnxType> inputs,
    Map<String, OnnxType> outputs,
    List<ExternalData> external,
    List<TreeShape> trees,
    Set<String> locales) {

  /// An operator, or a function of the model, which is called like one.
  record Operator(String domain, String name) {
    @Override
    public String toString() {
      return domain.isEmpty() ? name : domain + "." + name;
    }
  }

  /// The location of the values of `tensor`: the entries as written, "" where absent.
  record ExternalData(String tensor, String location, String offset, String length) {}
}
