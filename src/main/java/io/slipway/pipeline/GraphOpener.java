package io.slipway.pipeline;

import io.slipway.pipeline.frame.Graph;
import java.nio.file.Path;

/// Opens the graph of a step `onnx`. The opener keeps ownership and closes it with the bundle.
@FunctionalInterface
public interface GraphOpener {

  /// @throws io.slipway.bundle.InvalidBundle where the graph cannot be opened
  Graph open(Path file);
}
