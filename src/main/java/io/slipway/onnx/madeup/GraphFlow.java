package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.OnnxNodes;
import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Body;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.graph.OnnxNodes.Dimension;
import io.slipway.onnx.graph.OnnxNodes.Node;
import io.slipway.onnx.graph.OnnxNodes.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A graph and its subgraphs as one: names of values are unique across them, as ONNX wants it.
/// Functions of the model are not looked into.
///
/// @param outputs shapes of the graph's own outputs, -1 for a free dimension; those that declare
///     none are left out
/// @param nodes in their order, those of a subgraph behind the node that has it
/// @param constants initializers and the values of `Constant` nodes, by name
record GraphFlow(
    Map<String, List<Long>> outputs, List<Node> nodes, Map<String, Constant> constants) {
  /// Longer constants are weights and tables, not shapes or indices.
  private static final int FEW = 64;

  static GraphFlow of(OnnxNodes model) {
    Map<String, List<Long>> outputs = new LinkedHashMap<>();
    for (Port output : model.graph().outputs()) {
      if (output.shape() != null) {
        outputs.put(output.name(), output.shape().stream().map(Dimension::size).toList());
      }
    }
    List<Node> nodes = new ArrayList<>();
    Map<String, Constant> constants = new LinkedHashMap<>();
    add(model.graph(), nodes, constants);
    return new GraphFlow(outputs, nodes, constants);
  }

  private static void add(Body body, List<Node> nodes, Map<String, Constant> constants) {
    for (Node node : body.nodes()) {
      nodes.add(node);
      if (node.is("Constant") && !node.outputs().isEmpty()) {
        constant(node, constants);
      }
      for (Attribute attribute : node.attributes().values()) {
        if (attribute.graph() != null) {
          add(attribute.graph(), nodes, constants);
        }
      }
    }
    constants.putAll(body.constants());
  }

  private static void constant(Node node, Map<String, Constant> into) {
    String name = node.outputs().getFirst();
    node.attributes()
        .forEach(
            (key, value) -> {
              switch (key) {
                case "value" -> {
                  if (value.tensor() != null) {
                    into.put(name, value.tensor());
                  }
                }
                case "value_int" -> into.put(name, numbers(List.of(), List.of(value.whole())));
                case "value_ints" -> {
                  List<Long> shape = List.of((long) value.numbers());
                  into.put(name, numbers(shape, value.list()));
                }
                default -> {}
              }
            });
  }

  private static Constant numbers(List<Long> shape, List<Long> values) {
    return new Constant("int64", shape, List.copyOf(values), List.of());
  }

  /// The elements of `constant`, where they are whole numbers by their type, and few; else none.
  static List<Long> whole(Constant constant) {
    boolean integers =
        switch (constant.dtype()) {
          case "int64", "int32", "int16", "int8", "uint8", "uint16", "bool" -> true;
          default -> false;
        };
    return integers && constant.values() != null && constant.values().size() <= FEW
        ? constant.values().stream().filter(Objects::nonNull).toList()
        : List.of();
  }
}
