package io.slipway.openinference;

import io.slipway.bundle.InputSchema;
import io.slipway.pipeline.NamedOutputs;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.object.ColumnPort;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.serving.VersionId;
import io.slipway.serving.run.Servable;
import java.util.Map;

/// A version as named input and output tensors. For a bundle of tensors these are the model's own;
/// for a business object its members are the input columns.
///
/// @param whole whether the inputs are the model's own
/// @param columns the business object's members; empty for a bundle of tensors
/// @param base64 whether bytes in JSON are base64, as for images
record ModelView(
    VersionId id,
    boolean whole,
    Map<String, Graph.Port> inputs,
    Map<String, ColumnPort> columns,
    boolean base64,
    NamedOutputs outputs) {

  static final String PLATFORM = "onnxruntime_onnx";

  /// The parameter of an answer with its prediction ids.
  static final String PREDICTION_IDS = "prediction_ids";

  static ModelView of(Servable servable) {
    InputSchema input = servable.bundle().manifest().input();
    boolean whole = input instanceof InputSchema.Tensors;
    RequestReader reader = servable.pipeline().reader();
    return new ModelView(
        servable.id(),
        whole,
        whole ? servable.signature().inputs() : reader.ports(),
        reader.columns(),
        input instanceof InputSchema.Image,
        servable.pipeline().outputs());
  }

  /// Whether the first dimension of `output` counts rows, as far as the graph tells: it is open, as
  /// that of an input is, or as long as that of every input. A list of values alone is one row,
  /// except where the inputs have rows of several.
  ///
  /// @param rank the number of dimensions that the output has
  boolean hasRows(String output, int rank) {
    Graph.Port port = outputs.ports().get(output);
    if (port == null || rank == 0 || !port.ranked()) {
      return rank > 1;
    }
    long first = port.shape().getFirst();
    if (first < 0) {
      return inputs.values().stream().anyMatch(in -> in.shape().size() > 2 - rank && first(in) < 0);
    }
    return rank > 1
        && (first == 1
            || !inputs.isEmpty() && inputs.values().stream().allMatch(in -> first(in) == first));
  }

  /// The first dimension of `port`; 0 where it has none.
  private static long first(Graph.Port port) {
    return port.shape().isEmpty() ? 0 : port.shape().getFirst();
  }

  String model() {
    return id.model();
  }

  String version() {
    return Integer.toString(id.number());
  }
}
