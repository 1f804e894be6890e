package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes;
import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Body;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.graph.OnnxNodes.Dimension;
import io.slipway.onnx.graph.OnnxNodes.Function;
import io.slipway.onnx.graph.OnnxNodes.FunctionName;
import io.slipway.onnx.graph.OnnxNodes.Node;
import io.slipway.onnx.graph.OnnxNodes.Port;
import io.slipway.onnx.rows.Flow.Fault;
import io.slipway.onnx.rows.Flow.Known;
import io.slipway.onnx.rows.Flow.Padded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Proves that the rows of a run are independent: that each row of each output depends on the same
/// row of the inputs only, and neither on other rows, nor on their number, nor on its own position.
/// It is an abstract interpretation: for each tensor it tracks the dimension of the rows, and for
/// each operator whether they stay independent. Where it cannot follow, it proves nothing.
///
/// All other dimensions are assumed equal in the compared runs, so rows of different sizes must
/// never share a run.
public final class RowAnalysis {
  /// The most node visits, including those of function bodies.
  private static final int MOST_STEPS = 100_000;

  /// The deepest nesting of functions and subgraphs.
  private static final int MOST_LEVELS = 100;

  private final OnnxNodes model;
  private final Symbols symbols = new Symbols();
  private int steps;
  private int level;

  private RowAnalysis(OnnxNodes model) {
    this.model = model;
  }

  /// The verdict on the graph, for rows in the first dimension of each input.
  ///
  /// @param shapes of inputs, where more is known than declared: without the first dimension, -1
  ///     where free
  /// @param outputs that are used
  public static RowVerdict of(
      OnnxNodes model, Map<String, List<Long>> shapes, Collection<String> outputs) {
    try {
      return new RowAnalysis(model).verdict(shapes, outputs);
    } catch (Place.NotApart e) {
      return e.verdict();
    }
  }

  private RowVerdict verdict(Map<String, List<Long>> shapes, Collection<String> outputs) {
    Map<String, Flow> known = new HashMap<>();
    Set<String> rows = new HashSet<>();
    for (Port input : model.graph().inputs()) {
      if (input.shape() != null && !input.shape().isEmpty()) {
        rows.add(input.shape().getFirst().name());
      }
    }
    rows.remove("");
    for (Port input : model.graph().inputs()) {
      known.put(input.name(), input(input, shapes.get(input.name()), rows));
    }
    run(model.graph(), known, model.opset());
    for (String name : outputs) {
      RowVerdict verdict = judged(name, known.get(name));
      if (!(verdict instanceof RowVerdict.Apart)) {
        return verdict;
      }
    }
    return new RowVerdict.Apart();
  }

  private static RowVerdict judged(String name, @Nullable Flow output) {
    return switch (output) {
      case null -> new RowVerdict.Undecided(name, "the output", "is made by no node");
      case Fault(RowVerdict why) -> why;
      case Padded _ -> new RowVerdict.Mixes(name, "the output", "is as long as the longest row");
      case Known known -> {
        if (!known.hasRows()) {
          yield new RowVerdict.Mixes(name, "the output", "has no rows");
        }
        Dim before =
            known.shape() == null
                ? known.axis() == 0 ? Dim.ONE : null
                : Layout.product(known.shape().subList(0, known.axis()));
        yield Dim.ONE.equals(before) && known.outer().is(1)
            ? new RowVerdict.Apart()
            : new RowVerdict.Mixes(name, "the output", "does not begin with the rows");
      }
    };
  }

  /// @param rows the names of first dimensions
  private Flow input(Port input, @Nullable List<Long> row, Set<String> rows) {
    List<Dimension> declared = input.shape();
    List<Dim> shape = new ArrayList<>(List.of(Dim.ROWS));
    if (declared == null || declared.isEmpty()) {
      if (row == null) {
        return new Fault(
            new RowVerdict.Undecided(input.name(), "the input", "declares no dimensions"));
      }
      row.forEach(size -> shape.add(size < 0 ? symbols.fresh() : Dim.of(size)));
      return Known.rows(shape, 0, Dim.ONE);
    }
    for (int i = 1; i < declared.size(); i++) {
      Dimension dimension = declared.get(i);
      if (rows.contains(dimension.name())) {
        return new Fault(
            new RowVerdict.Undecided(
                input.name(), "the input", "has the rows in dimension " + i + " as well"));
      }
      boolean told = row != null && row.size() == declared.size() - 1 && row.get(i - 1) >= 0;
      shape.add(
          dimension.size() >= 0
              ? Dim.of(dimension.size())
              : told
                  ? Dim.of(Objects.requireNonNull(row).get(i - 1))
                  : dimension.name().isEmpty() || dimension.name().equals("?")
                      ? symbols.fresh()
                      : symbols.of("named " + dimension.name()));
    }
    return Known.rows(shape, 0, Dim.ONE);
  }

  /// Adds the outputs of the nodes of `body` to `known`.
  private void run(Body body, Map<String, Flow> known, long opset) {
    for (Map.Entry<String, Constant> constant : body.constants().entrySet()) {
      known.put(constant.getKey(), Sizes.of(constant.getValue()));
    }
    run(body.nodes(), known, opset);
  }

  private void run(List<Node> nodes, Map<String, Flow> known, long opset) {
    level++;
    for (Node node : nodes) {
      if (++steps > MOST_STEPS || level > MOST_LEVELS) {
        throw new Place.NotApart(
            new RowVerdict.Undecided(node.label(), node.operator(), "is one node too many"));
      }
      List<Flow> outputs = outputs(node, known, opset);
      for (int i = 0; i < node.outputs().size(); i++) {
        Flow output =
            i < outputs.size()
                ? outputs.get(i)
                : new Fault(
                    new RowVerdict.Undecided(
                        node.label(), node.operator(), "has an output that is not known here"));
        known.put(node.outputs().get(i), output);
      }
    }
    level--;
  }

  private List<Flow> outputs(Node node, Map<String, Flow> known, long opset) {
    List<@Nullable Known> inputs = new ArrayList<>();
    Place place = new Place(node, inputs, opset, symbols);
    try {
      for (String name : node.inputs()) {
        switch (name.isEmpty() ? null : known.get(name)) {
          case null -> {
            if (!name.isEmpty()) {
              throw place.undecided("has the input \"" + name + "\", which no node makes");
            }
            inputs.add(null);
          }
          case Known input -> inputs.add(input);
          case Padded padded -> {
            return Texts.outputs(place, padded);
          }
          case Fault fault -> {
            return faults(node, fault);
          }
        }
      }
      Function function = model.functions().get(new FunctionName(node.domain(), node.operator()));
      if (function != null) {
        return call(function, place);
      }
      if (node.attributes().values().stream().anyMatch(a -> a.graph() != null)) {
        return new Branches(this).outputs(place, known);
      }
      Rule rule = Rules.of(place.operator());
      if (rule != null) {
        return rule.outputs(place);
      }
      if (inputs.stream().allMatch(input -> input == null || input.isFixed())) {
        return place.allFixed();
      }
      throw place.undecided("is not known");
    } catch (Place.NotApart e) {
      return faults(node, new Fault(e.verdict()));
    } catch (IndexOutOfBoundsException e) {
      return faults(node, new Fault(place.undecided("has inputs that don't fit").verdict()));
    }
  }

  private static List<Flow> faults(Node node, Fault fault) {
    return node.outputs().stream().<Flow>map(_ -> fault).toList();
  }

  /// Evaluates the body of a function for a call of it.
  private List<Flow> call(Function function, Place place) {
    Map<String, Flow> known = new HashMap<>();
    for (int i = 0; i < function.inputs().size(); i++) {
      if (place.has(i)) {
        known.put(function.inputs().get(i), place.any(i));
      }
    }
    Map<String, Attribute> given = new HashMap<>(function.defaults());
    given.putAll(place.node().attributes());
    List<Node> nodes = function.nodes().stream().map(node -> filled(node, given)).toList();
    // An omitted input is omitted inside as well.
    List<Node> bare = nodes.stream().map(node -> without(node, function.inputs(), known)).toList();
    run(bare, known, function.opset() > 0 ? function.opset() : model.opset());
    return function.outputs().stream()
        .map(
            name ->
                known.getOrDefault(
                    name, new Fault(place.undecided("makes no \"" + name + "\"").verdict())))
        .toList();
  }

  private static Node without(Node node, List<String> parameters, Map<String, Flow> known) {
    return new Node(
        node.name(),
        node.domain(),
        node.operator(),
        node.inputs().stream()
            .map(name -> parameters.contains(name) && !known.containsKey(name) ? "" : name)
            .toList(),
        node.outputs(),
        node.attributes());
  }

  /// The node with the function's parameters replaced by the attributes of the call.
  private static Node filled(Node node, Map<String, Attribute> given) {
    if (node.attributes().values().stream().allMatch(a -> a.reference().isEmpty())) {
      return node;
    }
    Map<String, Attribute> attributes = new HashMap<>();
    node.attributes()
        .forEach(
            (name, attribute) -> {
              Attribute value =
                  attribute.reference().isEmpty() ? attribute : given.get(attribute.reference());
              if (value != null) {
                attributes.put(name, value);
              }
            });
    return new Node(
        node.name(), node.domain(), node.operator(), node.inputs(), node.outputs(), attributes);
  }

  /// The outputs of a subgraph, which can read the `known` values around it.
  List<Flow> inside(Body body, Map<String, Flow> known, List<Flow> inputs, long opset) {
    Map<String, Flow> inner = new HashMap<>(known);
    for (int i = 0; i < body.inputs().size() && i < inputs.size(); i++) {
      inner.put(body.inputs().get(i).name(), inputs.get(i));
    }
    run(body, inner, opset);
    List<Flow> outputs = new ArrayList<>();
    for (Port port : body.outputs()) {
      String name = port.name();
      Flow output = inner.get(name);
      outputs.add(
          output != null
              ? output
              : new Fault(new RowVerdict.Undecided(name, "the output", "is made by no node")));
    }
    return outputs;
  }
}
