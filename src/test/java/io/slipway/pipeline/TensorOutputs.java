package io.slipway.pipeline;

import io.slipway.bundle.Output;
import io.slipway.pipeline.frame.Graph;
import java.util.Map;

/// Named outputs of a model that gives its tensors as they are, for tests of other rooms.
public final class TensorOutputs {
  private TensorOutputs() {}

  public static NamedOutputs of(Map<String, Graph.Port> ports) {
    return new NamedOutputs(new Output.Tensors(null), new Graph.Signature(Map.of(), ports), true);
  }
}
