package io.slipway.pipeline;

import io.slipway.bundle.Bundle;
import io.slipway.bundle.Finding;
import io.slipway.bundle.InputSchema;
import io.slipway.bundle.InvalidBundle;
import io.slipway.bundle.Manifest;
import io.slipway.bundle.Step;
import io.slipway.pipeline.frame.Column;
import io.slipway.pipeline.frame.CompileScope;
import io.slipway.pipeline.frame.Frame;
import io.slipway.pipeline.frame.Graph;
import io.slipway.pipeline.frame.RefusedInput;
import io.slipway.pipeline.frame.Tensor;
import io.slipway.pipeline.frame.Transform;
import io.slipway.pipeline.image.ImageSteps;
import io.slipway.pipeline.number.CategorySteps;
import io.slipway.pipeline.number.DateSteps;
import io.slipway.pipeline.number.NumberSteps;
import io.slipway.pipeline.object.ObjectReader;
import io.slipway.pipeline.object.RequestReader;
import io.slipway.pipeline.object.Row;
import io.slipway.pipeline.tensor.Binder;
import io.slipway.pipeline.tensor.Binding;
import io.slipway.pipeline.tensor.RowTensors;
import io.slipway.pipeline.text.TextSteps;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The compiled pipeline of one bundle: from a raw object to tensors, and from tensors to a
/// decision. Checked completely before anything runs; immutable and thread-safe.
///
/// The stages of a request: [#reader] (bytes → rows), [#apply] (the steps, row by row), [#encode]
/// (rows → tensors), the model, [#decode] (tensors → predictions).
public final class Pipeline {
  private final RequestReader reader;
  private final Transform[] steps;
  private final List<Stop> stops;
  private final List<Binding> bindings;
  private final List<Binding> sized;
  private final OutputDecoder decoder;
  private final boolean batches;
  private final NamedOutputs outputs;

  private Pipeline(
      RequestReader reader,
      Transform[] steps,
      List<Stop> stops,
      List<Binding> bindings,
      OutputDecoder decoder,
      boolean batches,
      NamedOutputs outputs) {
    this.reader = reader;
    this.steps = steps;
    this.stops = stops;
    this.bindings = bindings;
    this.sized = bindings.stream().filter(Binding::padded).toList();
    this.decoder = decoder;
    this.batches = batches;
    this.outputs = outputs;
  }

  /// Compiles the preprocessing and the output of `bundle` and checks them against the model.
  ///
  /// @param model the inputs and outputs of the model's graph
  /// @param opener opens the graphs of steps `onnx`
  /// @throws InvalidBundle with all findings, each naming step and column
  public static Pipeline compile(Bundle bundle, Graph.Signature model, GraphOpener opener) {
    List<Finding> findings = new ArrayList<>();
    CompileScope scope = new CompileScope(bundle, findings);
    Manifest manifest = bundle.manifest();
    boolean whole = manifest.input() instanceof InputSchema.Tensors;
    ObjectReader object = ObjectReader.of(manifest.input(), scope, model);
    List<Transform> steps = new ArrayList<>();
    List<Stop> stops = new ArrayList<>();
    stops.add(new Stop(Stop.INPUT, scope.declared(), List.of()));
    for (int i = 0; i < manifest.preprocessing().size(); i++) {
      Step step = manifest.preprocessing().get(i);
      scope.at("bundle.json#/preprocessing/" + i + " (" + Step.op(step) + ")");
      Transform transform = compile(step, scope, manifest.input(), opener);
      if (transform != null) {
        steps.add(transform);
        stops.add(new Stop(Step.op(step), scope.declared(), scope.reads()));
      }
    }
    Binder binder = new Binder(model, scope);
    List<Binding> bindings = whole ? direct(model, scope) : binder.bindAll(manifest.tensors());
    OutputDecoder decoder = OutputDecoder.compile(manifest.output(), model, whole, scope);
    if (findings.isEmpty()) {
      scope.reportUnread();
    }
    if (!findings.isEmpty()) {
      throw new InvalidBundle(findings);
    }
    // Whole tensors of different callers are never combined.
    boolean batches =
        !whole
            && bindings.stream().noneMatch(Binding::varies)
            && model.inputs().values().stream()
                .noneMatch(port -> !port.shape().isEmpty() && port.shape().getFirst() == 1);
    return new Pipeline(
        new RequestReader(object, scope.shape()),
        steps.toArray(Transform[]::new),
        List.copyOf(stops),
        bindings,
        decoder,
        batches,
        new NamedOutputs(manifest.output(), model, whole));
  }

  private static @Nullable Transform compile(
      Step step, CompileScope scope, InputSchema input, GraphOpener opener) {
    return switch (step) {
      case Step.OnNumbers s -> NumberSteps.compile(s, scope);
      case Step.OnCategories s -> CategorySteps.compile(s, scope);
      case Step.OnDates s -> DateSteps.compile(s, scope);
      case Step.OnText s -> TextSteps.compile(s, scope);
      case Step.OnImage s ->
          ImageSteps.compile(s, scope, input instanceof InputSchema.Image image ? image : null);
      case Step.Onnx s -> GraphStep.compile(s, scope, opener);
    };
  }

  private static List<Binding> direct(Graph.Signature model, CompileScope scope) {
    List<Binding> bindings = new ArrayList<>();
    model
        .inputs()
        .forEach(
            (name, port) -> {
              var column = scope.read(name);
              if (column != null) {
                bindings.add(new Binding(name, port.dtype(), column, List.of()));
              }
            });
    return bindings;
  }

  /// The reader of request bodies.
  public RequestReader reader() {
    return reader;
  }

  /// Converts predictions to named tensors, for protocols of tensors.
  public NamedOutputs outputs() {
    return outputs;
  }

  /// Runs the steps on a row.
  ///
  /// @return the row, or its refusal by a step
  public Row apply(Row row) {
    return switch (row) {
      case Row.Refused refused -> refused;
      case Row.Read read -> {
        try {
          apply(read.frame());
          yield read;
        } catch (RefusedInput e) {
          yield new Row.Refused(e);
        }
      }
    };
  }

  /// Runs the steps on a frame.
  ///
  /// @throws RefusedInput where a step refuses it
  public void apply(Frame frame) {
    for (Transform step : steps) {
      step.apply(frame);
    }
  }

  /// A point of the pipeline: the input as read, or the result of a step.
  ///
  /// @param op [#INPUT], or the step's operation
  /// @param columns written at this point
  /// @param reads the names of the columns that the step reads
  public record Stop(String op, List<Column> columns, List<String> reads) {
    /// The point before the first step.
    public static final String INPUT = "input";
  }

  /// The points of the pipeline, in order.
  public List<Stop> stops() {
    return stops;
  }

  /// Observes a row at each point of the pipeline.
  @FunctionalInterface
  public interface Onlooker {
    /// Called during the run: later steps may change the content of `frame`.
    void at(Stop stop, Frame frame);
  }

  /// As [#apply(Frame)], calling `onlooker` at each point.
  public void show(Frame frame, Onlooker onlooker) {
    onlooker.at(stops.getFirst(), frame);
    for (int i = 0; i < steps.length; i++) {
      steps[i].apply(frame);
      onlooker.at(stops.get(i + 1), frame);
    }
  }

  /// Whether rows of several callers may be combined in one run, as far as the model's declared
  /// shapes tell; false where the input is whole tensors.
  public boolean batches() {
    return batches;
  }

  /// The variable sizes of a row. Rows of one run must agree in them: a padded row would be another
  /// input to the model.
  public List<Integer> sizes(Frame row) {
    List<Integer> sizes = new ArrayList<>(sized.size());
    for (Binding binding : sized) {
      sizes.add(binding.size(row));
    }
    return sizes;
  }

  /// Whether all rows have the same [#sizes].
  public boolean oneSize() {
    return sized.isEmpty();
  }

  /// The input tensors by name, with the dimensions of one row; -1 where they vary.
  public Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = HashMap.newHashMap(bindings.size());
    bindings.forEach(binding -> shapes.put(binding.name(), binding.dims()));
    return shapes;
  }

  /// The tensors of rows that have passed [#apply], in memory of `arena`.
  public Map<String, Tensor> encode(List<Frame> rows, Arena arena) {
    Map<String, Tensor> tensors = HashMap.newHashMap(bindings.size());
    for (Binding binding : bindings) {
      tensors.put(binding.name(), binding.bind(rows, arena));
    }
    return tensors;
  }

  /// Reusable tensors for a single row, in memory of `arena`. Null where rows differ in size, or
  /// where decisions are tensors, which may share memory with the model's.
  public @Nullable RowTensors oneRow(Arena arena) {
    return decoder.copies() ? RowTensors.of(bindings, arena) : null;
  }

  /// One prediction per row, in order.
  ///
  /// @throws UnexpectedOutput where the output does not match the bundle
  public List<Prediction> decode(Map<String, Tensor> outputs, int rows) {
    return decoder.decode(outputs, rows);
  }
}
