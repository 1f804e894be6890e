package io.slipway.onnx.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Reads declarations of a graph's inputs that the runtime does not report. Skips everything else
/// in the file, so that it is fast for any size.
public final class GraphPorts {
  private GraphPorts() {}

  /// The inputs without a declared number of dimensions.
  ///
  /// @throws io.slipway.bundle.InvalidBundle where the file is not an ONNX file
  public static Set<String> unranked(Path path) {
    Set<String> names = new HashSet<>();
    String file = String.valueOf(path.getFileName());
    try (Arena arena = Arena.ofConfined()) {
      Wire model = new Wire(file, OnnxBytes.of(file, path, arena));
      while (model.next()) {
        if (model.field() == 7) {
          inputs(model.message(), names);
        } else {
          model.skip();
        }
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inputs(Wire graph, Set<String> unranked) {
    while (graph.next()) {
      if (graph.field() == 11) {
        input(graph.message(), unranked);
      } else {
        graph.skip();
      }
    }
  }

  private static void input(Wire port, Set<String> unranked) {
    String name = "";
    boolean ranked = true;
    while (port.next()) {
      switch (port.field()) {
        case 1 -> name = port.text();
        case 2 -> {
          OnnxType type = TypeReader.read(port.message(), 0);
          ranked = !(type instanceof OnnxType.Tensor t) || t.ranked();
        }
        default -> port.skip();
      }
    }
    if (!ranked) {
      unranked.add(name);
    }
  }
}
