package io.slipway.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What an ONNX file says of itself, its tensors' values aside.
///
/// @param nodes in the graph and its subgraphs
/// @param depth how deep subgraphs nest, 0 without any
/// @param body the operators of the graph and its subgraphs
/// @param functions the bodies of the model's own functions
/// @param inputs by name, in order; initializers that may be overridden are none
/// @param external every tensor whose values lie in another file
/// @param locales that its text operators ask for
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

  /// An operator, or a function of the model that is called like one.
  record Operator(String domain, String name) {
    @Override
    public String toString() {
      return domain.isEmpty() ? name : domain + "." + name;
    }
  }

  /// Where the values of `tensor` lie: the entries as written, "" where absent.
  record ExternalData(String tensor, String location, String offset, String length) {}
}
