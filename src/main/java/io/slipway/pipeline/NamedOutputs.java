package io.slipway.pipeline;

import io.slipway.bundle.Output;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The decision of a bundle as named tensors. Where the input is tensors, these are the model's own
/// outputs; otherwise one row per prediction: `label` and `probabilities`, or the named number, or
/// the model's outputs. Immutable.
public final class NamedOutputs {
  private static final String LABEL = "label";
  private static final String PROBABILITIES = "probabilities";

  private final Output output;
  private final boolean whole;
  private final Map<String, Graph.Port> ports;

  /// @param whole whether the input was whole tensors, so that outputs are not split into rows
  NamedOutputs(Output output, Graph.Signature model, boolean whole) {
    this.output = output;
    this.whole = whole;
    this.ports = ports(output, model);
  }

  private static Map<String, Graph.Port> ports(Output output, Graph.Signature model) {
    Map<String, Graph.Port> ports = new LinkedHashMap<>();
    switch (output) {
      case Output.Classification c -> {
        ports.put(LABEL, column("string", 1));
        ports.put(PROBABILITIES, column("float64", c.labels().size()));
      }
      case Output.SigmoidProbability s -> {
        ports.put(s.name(), column("float64", 1));
        if (s.labels() != null) {
          ports.put(LABEL, column("string", 1));
        }
      }
      case Output.Value v -> ports.put(v.name(), column("float64", 1));
      case Output.Tensors t ->
          model
              .outputs()
              .forEach(
                  (name, port) -> {
                    if (t.names() == null || t.names().contains(name)) {
                      ports.put(name, port);
                    }
                  });
    }
    return ports;
  }

  private static Graph.Port column(String dtype, long width) {
    return new Graph.Port(dtype, List.of(-1L, width));
  }

  /// The outputs by name, in order.
  public Map<String, Graph.Port> ports() {
    return ports;
  }

  /// The labels of the columns of the output `name`, in order; empty where they have none.
  public List<String> labels(String name) {
    return output instanceof Output.Classification c && name.equals(PROBABILITIES)
        ? c.labels()
        : List.of();
  }

  /// The tensors for the predictions of one request, of which there is at least one.
  ///
  /// @throws UnexpectedOutput where rows have tensors of different shapes
  public Map<String, Tensor> of(List<Prediction> predictions) {
    return switch (predictions.getFirst()) {
      case Prediction.Raw raw when whole -> raw.tensors();
      case Prediction.Raw raw -> stacked(raw, predictions);
      case Prediction.Classified c -> classified(c.labels().size(), predictions);
      case Prediction.Scored s -> scored(s, predictions);
    };
  }

  private static Map<String, Tensor> classified(int width, List<Prediction> predictions) {
    int rows = predictions.size();
    String[] labels = new String[rows];
    DoubleBuffer probabilities = DoubleBuffer.allocate(Math.multiplyExact(rows, width));
    for (int row = 0; row < rows; row++) {
      var classified = (Prediction.Classified) predictions.get(row);
      labels[row] = classified.labels().get(classified.label());
      probabilities.put(classified.probabilities());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(LABEL, new Tensor.Strings(new long[] {rows, 1}, labels));
    tensors.put(PROBABILITIES, new Tensor.Doubles(new long[] {rows, width}, probabilities.flip()));
    return tensors;
  }

  private static Map<String, Tensor> scored(Prediction.Scored first, List<Prediction> predictions) {
    int rows = predictions.size();
    String[] labels = new String[rows];
    DoubleBuffer values = DoubleBuffer.allocate(rows);
    for (int row = 0; row < rows; row++) {
      var scored = (Prediction.Scored) predictions.get(row);
      labels[row] = scored.label() == null ? "" : scored.label();
      values.put(scored.value());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(first.name(), new Tensor.Doubles(new long[] {rows, 1}, values.flip()));
    if (first.label() != null) {
      tensors.put(LABEL, new Tensor.Strings(new long[] {rows, 1}, labels));
    }
    return tensors;
  }

  private static Map<String, Tensor> stacked(Prediction.Raw first, List<Prediction> predictions) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : first.tensors().keySet()) {
      List<Tensor> rows = new ArrayList<>(predictions.size());
      for (Prediction prediction : predictions) {
        Tensor row = ((Prediction.Raw) prediction).tensors().get(name);
        if (row == null) {
          throw new UnexpectedOutput("a row has no output \"" + name + "\"");
        }
        rows.add(row);
      }
      Tensor stacked = TensorReader.stacked(rows);
      if (stacked == null) {
        throw new UnexpectedOutput("the output \"" + name + "\" has rows of different shapes");
      }
      tensors.put(name, stacked);
    }
    return tensors;
  }
}
