package io.slipway.pipeline;

import io.slipway.bundle.Output;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.tensor.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns a model's output tensors into decisions. Immutable.
final class OutputDecoder {
  private final Output output;
  private final boolean whole;

  /// The tensor with the numbers; empty where the output is the tensors themselves.
  private final String source;

  private OutputDecoder(Output output, boolean whole, String source) {
    this.output = output;
    this.whole = whole;
    this.source = source;
  }

  /// Checks `output` against the model's own outputs; mismatches become findings.
  ///
  /// @param whole whether the input was whole tensors, so that outputs are not split into rows
  static OutputDecoder compile(
      Output output, Graph.Signature model, boolean whole, CompileScope scope) {
    String source = source(output, model);
    scope.at("bundle.json#/output");
    String only = model.outputs().size() == 1 ? model.outputs().keySet().iterator().next() : null;
    switch (output) {
      case Output.Classification c -> {
        Graph.Port port = port(source, model, scope);
        if (port != null && !port.shape().isEmpty()) {
          long width = port.shape().size() < 2 ? 1 : port.shape().get(1);
          boolean binary = width == 1 && c.labels().size() == 2;
          if (width > 0 && width != c.labels().size() && !binary && port.shape().size() == 2) {
            scope.finding(
                "wrong_shape",
                "the model's output \""
                    + source
                    + "\" has "
                    + width
                    + " columns; there are "
                    + c.labels().size()
                    + " labels");
          }
        }
      }
      case Output.SigmoidProbability s -> port(source, model, scope);
      case Output.Value v -> port(source, model, scope);
      case Output.Tensors t -> {
        for (String name : t.names() == null ? List.<String>of() : t.names()) {
          if (!model.outputs().containsKey(name)) {
            scope.finding("unknown_output", unknown(name, model));
          }
        }
      }
    }
    return new OutputDecoder(output, whole, source);
  }

  private static Graph.@Nullable Port port(String name, Graph.Signature model, CompileScope scope) {
    Graph.Port port = model.outputs().get(name);
    if (port == null) {
      scope.finding("unknown_output", unknown(name, model));
    } else if (port.dtype().equals("string")) {
      scope.finding(
          "wrong_dtype", "the model's output \"" + name + "\" is strings; expected numbers");
    }
    return port;
  }

  private static String unknown(String name, Graph.Signature model) {
    return "the model has no output \"" + name + "\"; it has " + model.outputs().keySet();
  }

  private static String source(Output output, Graph.Signature model) {
    return switch (output) {
      case Output.Classification c when c.probabilities() != null -> c.probabilities();
      case Output.Classification c -> c.logits() == null ? "" : c.logits();
      case Output.SigmoidProbability s when s.tensor() != null -> s.tensor();
      case Output.SigmoidProbability s ->
          model.outputs().size() == 1 ? model.outputs().keySet().iterator().next() : s.name();
      case Output.Value v -> v.tensor();
      case Output.Tensors t -> "";
    };
  }

  /// Whether decisions are copies that share no memory with the output tensors.
  boolean copies() {
    return switch (output) {
      case Output.Classification _, Output.SigmoidProbability _, Output.Value _ -> true;
      case Output.Tensors _ -> false;
    };
  }

  /// The predictions for `rows` rows.
  ///
  /// @throws UnexpectedOutput where the tensors do not match the bundle
  List<Prediction> decode(Map<String, Tensor> outputs, int rows) {
    return switch (output) {
      case Output.Classification c -> classify(c, tensor(outputs, source), rows);
      case Output.SigmoidProbability s -> score(s, tensor(outputs, source), rows);
      case Output.Value v -> values(v, tensor(outputs, source), rows);
      case Output.Tensors t -> raw(t, outputs, rows);
    };
  }

  private static Tensor tensor(Map<String, Tensor> outputs, String name) {
    Tensor tensor = outputs.get(name);
    if (tensor == null) {
      throw new UnexpectedOutput("the model returned no output \"" + name + "\"");
    }
    return tensor;
  }

  private static UnexpectedOutput unexpected(String output, String what) {
    return new UnexpectedOutput("the model returned in its output \"" + output + "\" " + what);
  }

  /// The number of elements per row.
  private static int width(String name, Tensor tensor, int rows) {
    int count = TensorReader.count(tensor);
    if (count == 0 || count % rows != 0) {
      throw unexpected(name, count + " numbers for " + rows + " rows");
    }
    return count / rows;
  }

  private List<Prediction> classify(Output.Classification c, Tensor tensor, int rows) {
    int labels = c.labels().size();
    int width = width(source, tensor, rows);
    boolean binary = width == 1 && labels == 2;
    if (width != labels && !binary) {
      throw unexpected(source, width + " numbers for " + labels + " labels");
    }
    List<Prediction> predictions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      double[] p = new double[labels];
      for (int i = 0; i < width; i++) {
        p[binary ? 1 : i] = TensorReader.number(tensor, row * width + i);
      }
      activate(c, p, binary);
      int label = c.threshold() == null ? argmax(p) : p[1] >= c.threshold() ? 1 : 0;
      predictions.add(new Prediction.Classified(c.labels(), p, label, order(p, c.topK())));
    }
    return predictions;
  }

  private static void activate(Output.Classification c, double[] p, boolean binary) {
    if (c.logits() != null) {
      if (c.activation().equals("softmax") && !binary) {
        softmax(p);
      } else {
        for (int i = 0; i < p.length; i++) {
          p[i] = sigmoid(p[i]);
        }
      }
    }
    if (binary) {
      p[0] = 1 - p[1];
    }
  }

  static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  private static void softmax(double[] p) {
    double max = Double.NEGATIVE_INFINITY;
    for (double x : p) {
      max = Math.max(max, x);
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
  }

  private static int argmax(double[] p) {
    int best = 0;
    for (int i = 1; i < p.length; i++) {
      if (p[i] > p[best]) {
        best = i;
      }
    }
    return best;
  }

  /// The indices of the labels in order of probability; null: all labels in their own order.
  private static int @Nullable [] order(double[] p, @Nullable Integer topK) {
    if (topK == null) {
      return null;
    }
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -p[i]))
        .limit(topK)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private List<Prediction> score(Output.SigmoidProbability s, Tensor tensor, int rows) {
    int width = width(source, tensor, rows);
    if (width != 1) {
      throw unexpected(source, width + " numbers for one probability");
    }
    List<Prediction> predictions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      double p = TensorReader.number(tensor, row);
      String label = s.labels() == null ? null : s.labels().get(p >= s.threshold() ? 1 : 0);
      predictions.add(new Prediction.Scored(s.name(), p, label));
    }
    return predictions;
  }

  private List<Prediction> values(Output.Value v, Tensor tensor, int rows) {
    int width = width(source, tensor, rows);
    if (width != 1) {
      throw unexpected(source, width + " numbers for one value");
    }
    List<Prediction> predictions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      double x = TensorReader.number(tensor, row);
      double value =
          "expm1".equals(v.transform())
              ? Math.expm1(x)
              : "exp".equals(v.transform()) ? Math.exp(x) : x;
      predictions.add(new Prediction.Scored(v.name(), value, null));
    }
    return predictions;
  }

  private List<Prediction> raw(Output.Tensors t, Map<String, Tensor> outputs, int rows) {
    List<String> names = t.names() == null ? List.copyOf(outputs.keySet()) : t.names();
    List<Prediction> predictions = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : names) {
        Tensor tensor = tensor(outputs, name);
        tensors.put(name, whole ? tensor : row(name, tensor, row, rows));
      }
      predictions.add(new Prediction.Raw(tensors));
    }
    return predictions;
  }

  private static Tensor row(String name, Tensor tensor, int row, int rows) {
    long[] shape = tensor.shape();
    if (shape.length == 0 || shape[0] != rows) {
      throw unexpected(name, "the shape " + Arrays.toString(shape) + " for " + rows + " rows");
    }
    int width = width(name, tensor, rows);
    return TensorReader.slice(
        tensor, row * width, width, Arrays.copyOfRange(shape, 1, shape.length));
  }
}
