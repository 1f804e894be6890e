package io.slipway.onnx.graph;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What a graph declares of its inputs that the runtime does not tell.
public final class GraphPorts {
  private GraphPorts() {}

  /// The inputs of the graph in the file at `path` of which it does not say how many dimensions
  /// they have.
  ///
  /// @throws io.slipway.bundle.InvalidBundle where it is no ONNX file
  public static Set<String> unranked(Path path) {
    return OnnxFileReader.read(path.toFile().getName(), path).inputs().entrySet().stream()
        .filter(input -> input.getValue() instanceof OnnxType.Tensor t && !t.ranked())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
