package io.slipway.pipeline;

import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.ColumnType;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.tensor.Binder;
import io.slipway.pipeline.tensor.Binding;
import io.slipway.pipeline.tensor.TensorReader;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The step `onnx`: runs a further graph on the columns of one row.
final class GraphStep {
  private GraphStep() {}

  static @Nullable Transform compile(Step.Onnx step, CompileScope scope, GraphOpener opener) {
    Graph graph = open(step, scope, opener);
    List<String> inputs = step.inputs() == null ? step.in() : step.inputs();
    List<String> outputs = step.outputs() == null ? step.out() : step.outputs();
    if (inputs.size() != step.in().size() || outputs.size() != step.out().size()) {
      scope.finding(
          "wrong_arity", "expected as many inputs as columns in, and outputs as columns out");
    } else if (graph != null) {
      List<Binding> bindings = bindings(step, inputs, graph, scope);
      List<Column> targets = targets(step, outputs, graph, scope);
      if (bindings != null && targets != null) {
        return frame -> run(frame, graph, bindings, outputs, targets);
      }
    }
    scope.writeBroken(step.out());
    return null;
  }

  private static @Nullable Graph open(Step.Onnx step, CompileScope scope, GraphOpener opener) {
    try {
      return opener.open(scope.bundle().path(step.file()));
    } catch (InvalidBundle e) {
      e.findings().forEach(f -> scope.finding(f.code(), step.file() + ": " + f.message()));
      return null;
    }
  }

  private static @Nullable List<Binding> bindings(
      Step.Onnx step, List<String> inputs, Graph graph, CompileScope scope) {
    Binder binder = new Binder(graph.signature(), scope);
    List<Binding> bindings = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Graph.Port port = graph.signature().inputs().get(inputs.get(i));
      if (port == null) {
        scope.finding(
            "unknown_input",
            step.file()
                + " has no input \""
                + inputs.get(i)
                + "\"; it has "
                + graph.signature().inputs().keySet());
        continue;
      }
      Binding binding = binder.bind(inputs.get(i), step.in().get(i), port.dtype(), null, port);
      if (binding != null) {
        bindings.add(binding);
      }
    }
    if (inputs.size() < graph.signature().inputs().size()) {
      scope.finding(
          "unbound_input",
          step.file()
              + " has the inputs "
              + graph.signature().inputs().keySet()
              + "; bound are "
              + inputs);
      return null;
    }
    return bindings.size() == inputs.size() ? bindings : null;
  }

  private static @Nullable List<Column> targets(
      Step.Onnx step, List<String> outputs, Graph graph, CompileScope scope) {
    List<Column> targets = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Graph.Port port = graph.signature().outputs().get(outputs.get(i));
      if (port == null) {
        scope.finding(
            "unknown_output",
            step.file()
                + " has no output \""
                + outputs.get(i)
                + "\"; it has "
                + graph.signature().outputs().keySet());
        return null;
      }
      ColumnType type = type(port);
      if (type == null) {
        scope.finding(
            "wrong_shape",
            step.file()
                + ": the output \""
                + outputs.get(i)
                + "\" has the shape "
                + port.shape()
                + "; expected known dimensions after the batch");
        return null;
      }
      targets.add(scope.write(step.out().get(i), type));
    }
    return targets;
  }

  private static @Nullable ColumnType type(Graph.Port port) {
    List<Long> row =
        port.shape().isEmpty() ? List.of() : port.shape().subList(1, port.shape().size());
    if (row.contains(-1L)) {
      return null;
    }
    boolean one = row.isEmpty() || row.equals(List.of(1L));
    if (port.dtype().equals("string")) {
      return one ? new ColumnType.Text(false) : null;
    }
    if (one) {
      return new ColumnType.Number(false);
    }
    return row.size() == 1
        ? new ColumnType.Vector(row.getFirst().intValue())
        : new ColumnType.Array(row, true);
  }

  private static void run(
      Frame frame,
      Graph graph,
      List<Binding> bindings,
      List<String> outputs,
      List<Column> targets) {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, Tensor> inputs = new HashMap<>();
      for (Binding binding : bindings) {
        inputs.put(binding.name(), binding.bind(List.of(frame), arena));
      }
      Map<String, Tensor> results = graph.run(inputs);
      for (int i = 0; i < outputs.size(); i++) {
        Tensor result = results.get(outputs.get(i));
        if (result == null) {
          throw new UnexpectedOutput("the graph returned no output \"" + outputs.get(i) + "\"");
        }
        set(frame, targets.get(i), result);
      }
    }
  }

  private static void set(Frame frame, Column target, Tensor result) {
    if (target.type() instanceof ColumnType.Number) {
      frame.number(target.slot(), TensorReader.number(result, 0));
    } else if (result instanceof Tensor.Strings strings) {
      frame.object(target.slot(), strings.data()[0]);
    } else {
      double[] values = new double[TensorReader.count(result)];
      for (int i = 0; i < values.length; i++) {
        values[i] = TensorReader.number(result, i);
      }
      frame.object(target.slot(), values);
    }
  }
}
