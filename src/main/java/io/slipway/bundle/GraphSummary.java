package io.slipway.bundle;

import java.util.List;
import java.util.Map;

/// A summary of a model's graph, read from its file.
///
/// @param irVersion the version of the ONNX format
/// @param opsets the versions of the operator sets by domain; "" is ONNX's own
/// @param nodes the number of nodes, subgraphs included
/// @param depth the nesting depth of subgraphs; 0 without any
/// @param operators the operators of the nodes, the most frequent first
/// @param functions the number of functions that the model defines
/// @param trees the number of trees in its ensembles
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
