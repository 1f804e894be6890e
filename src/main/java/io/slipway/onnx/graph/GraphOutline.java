package io.slipway.onnx.graph;

import io.slipway.bundle.GraphSummary;
import io.slipway.bundle.InvalidBundle;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Comparator;

/// Summarises an ONNX file, without the runtime and without reading tensor values.
public final class GraphOutline {
  private GraphOutline() {}

  /// Reads the file at `path`, called `name` in findings.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  public static GraphSummary of(String name, Path path) {
    return of(OnnxFileReader.read(name, path));
  }

  /// Reads an ONNX file of `size` bytes, called `name` in findings, from `in`: into memory, as its
  /// parts may come in any order.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  public static GraphSummary of(String name, InputStream in, long size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return of(OnnxFileReader.read(name, OnnxBytes.of(name, in, size, arena)));
    }
  }

  private static GraphSummary of(OnnxFile file) {
    return new GraphSummary(
        file.irVersion(),
        file.opsets(),
        file.nodes(),
        file.depth(),
        file.body().entrySet().stream()
            .map(e -> new GraphSummary.Operator(e.getKey().toString(), e.getValue()))
            .sorted(
                Comparator.comparingLong(GraphSummary.Operator::count)
                    .reversed()
                    .thenComparing(GraphSummary.Operator::name))
            .toList(),
        file.functions().size(),
        file.trees().size());
  }
}
