package io.slipway.bundle;

import java.util.List;
import java.util.Map;

/// What a model's graph is made of, as its file says.
///
/// @param irVersion of the ONNX format
/// @param opsets the versions of the operator sets by domain; "" is ONNX's own
/// @param nodes in the graph and its subgraphs
/// @param depth how deep subgraphs nest, 0 without any
/// @param operators what the nodes are, the most frequent first
/// @param functions of the model's own
/// @param trees in its tree ensembles
public record GraphSummary(
    long irVersion,
    Map<String, Long> opsets,
    long nodes,
    int depth,
    List<Operator> operators,
    int functions,
    int trees) {

  /// @param name with its domain, where that is not ONNX's own
  public record Operator(String name, long count) {}
}
