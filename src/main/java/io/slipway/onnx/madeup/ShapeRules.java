package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.graph.OnnxNodes.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The constraints that a graph's operators put on the free dimensions of its inputs: that two are
/// equal, that one equals the size of a weight, or is at least the size of a kernel. They are
/// derived from the inputs as far as operators keep dimensions unchanged.
///
/// They guide the search and need not be complete: other sizes are found by trying.
final class ShapeRules {
  /// The most numbers of the graph that are tried as dimensions.
  private static final int MOST_HINTS = 12;

  private static final long LARGEST_HINT = 4096;

  private final Map<String, Size> variables = new LinkedHashMap<>();
  private final Map<String, List<Size>> values = new HashMap<>();
  private final Set<Long> hints = new TreeSet<>();

  private ShapeRules() {}

  static ShapeRules of(GraphFlow flow, Map<String, List<Dimension>> inputs) {
    ShapeRules rules = new ShapeRules();
    for (Node node : flow.nodes()) {
      for (Attribute attribute : node.attributes().values()) {
        rules.hint(attribute.whole());
        attribute.list().forEach(rules::hint);
      }
    }
    flow.constants().forEach(rules::constant);
    inputs.forEach(
        (name, shape) -> rules.values.put(name, shape.stream().map(rules::size).toList()));
    OperatorShapes shapes = new OperatorShapes(rules.values, flow.constants());
    flow.nodes().forEach(node -> rules.follow(node, shapes));
    return rules;
  }

  /// The size for `variable`, which is `wanted` where nothing constrains it.
  long size(String variable, long wanted) {
    Size size = variables.get(variable);
    return size == null ? wanted : size.size(wanted);
  }

  /// The first of the variables that must equal `variable`; itself where there is none.
  String leader(String variable) {
    Size size = variables.get(variable);
    if (size == null) {
      return variable;
    }
    return variables.entrySet().stream()
        .filter(other -> other.getValue().root() == size.root())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(variable);
  }

  /// Numbers in the graph that may be sizes.
  Set<Long> hints() {
    return hints;
  }

  private Size size(Dimension dimension) {
    return switch (dimension) {
      case Dimension.Fixed(long size) -> Size.of(size);
      case Dimension.Variable(String name) -> variables.computeIfAbsent(name, _ -> Size.free());
      case Dimension.Sum _ -> Size.free();
    };
  }

  private void constant(String name, Constant constant) {
    values.put(name, constant.shape().stream().map(Size::of).toList());
    constant.shape().forEach(this::hint);
    if (constant.dtype().equals("int64")) {
      GraphFlow.whole(constant).forEach(this::hint);
    }
  }

  private void hint(long number) {
    if (number > 1 && number <= LARGEST_HINT && hints.size() < MOST_HINTS) {
      hints.add(number);
    }
  }

  private void follow(Node node, OperatorShapes shapes) {
    if (node.outputs().isEmpty() || !node.domain().isEmpty()) {
      return;
    }
    List<Size> shape = shapes.of(node);
    if (shape != null) {
      values.put(node.outputs().getFirst(), shape);
    }
  }
}
