package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.OnnxNodes.Node;
import io.slipway.pipeline.frame.Graph.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the fills to try for each input of a graph, the most likely first: by the operators that
/// read it (a shape, axes, counts, parts), then by the graph's constants of its type, then the
/// defaults for its type.
final class Fills {
  /// The most constants of the graph that are tried for one input.
  private static final int MOST_CONSTANTS = 8;

  /// The most operators through which an input is followed.
  private static final int FAR = 8;

  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "Cast",
          "Squeeze",
          "Unsqueeze",
          "Reshape",
          "Concat",
          "Gather",
          "Slice",
          "Flatten",
          "Transpose");

  private record Reading(Node node, int index) {}

  private final GraphFlow flow;
  private final Map<String, Port> inputs;
  private final Map<String, List<Reading>> readings = new HashMap<>();

  private Fills(GraphFlow flow, Map<String, Port> inputs) {
    this.flow = flow;
    this.inputs = inputs;
    for (Node node : flow.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        readings
            .computeIfAbsent(node.inputs().get(i), name -> new ArrayList<>())
            .add(new Reading(node, i));
      }
    }
  }

  /// At least one fill per input, the most likely first.
  static Map<String, List<Fill>> of(GraphFlow flow, Map<String, Port> inputs) {
    Fills fills = new Fills(flow, inputs);
    Map<String, List<Fill>> all = new LinkedHashMap<>();
    inputs.forEach((name, port) -> all.put(name, fills.of(name, port)));
    return all;
  }

  private List<Fill> of(String name, Port port) {
    Set<Fill> found = new LinkedHashSet<>();
    follow(name, 0, new HashSet<>(), found);
    found.removeIf(fill -> fill instanceof Fill.Text != port.dtype().equals("string"));
    switch (port.dtype()) {
      case "string" -> {
        found.add(new Fill.Text("a"));
        found.add(new Fill.Text("1"));
        found.add(new Fill.Text(""));
        texts(found);
      }
      case "bool" -> {
        found.add(new Fill.Same(0));
        found.add(new Fill.Same(1));
      }
      case "float32", "float64", "float16", "bfloat16" -> {
        found.add(new Fill.Same(0.5));
        found.add(new Fill.Same(1));
        found.add(new Fill.Same(0));
        found.add(new Fill.Same(2));
      }
      default -> {
        found.add(new Fill.Same(0));
        found.add(new Fill.Same(1));
        whole(port.dtype(), found);
        found.add(new Fill.Same(2));
        if (port.shape().size() == 1) {
          shapes(name, port.shape().getFirst(), found);
          found.add(new Fill.Ramp());
          found.add(new Fill.First(-1, 1));
        }
        found.add(new Fill.Same(3));
        found.add(new Fill.Same(8));
      }
    }
    return List.copyOf(found);
  }

  /// Adds shapes of other inputs and of outputs, which are likely for an input that is a shape.
  ///
  /// @param count the number of elements of `name`, -1 where any
  private void shapes(String name, long count, Set<Fill> into) {
    inputs.forEach(
        (other, port) -> {
          if (!other.equals(name) && !port.shape().isEmpty() && fits(count, port.shape().size())) {
            into.add(new Fill.ShapeOf(other, List.of()));
          }
        });
    for (List<Long> shape : flow.outputs().values()) {
      if (fits(count, shape.size())) {
        into.add(new Fill.Numbers(known(shape)));
      }
    }
  }

  private static boolean fits(long count, int rank) {
    return rank > 0 && (count < 0 || count == rank);
  }

  private static List<Long> known(List<Long> shape) {
    return shape.stream().map(size -> size < 0 ? 1 : size).toList();
  }

  private void whole(String dtype, Set<Fill> into) {
    flow.constants().values().stream()
        .filter(constant -> constant.dtype().equals(dtype))
        .map(GraphFlow::whole)
        .filter(whole -> whole.size() == 1 && whole.getFirst() >= 0)
        .map(List::getFirst)
        .distinct()
        .sorted((a, b) -> Long.compare(b, a))
        .limit(MOST_CONSTANTS)
        .forEach(value -> into.add(new Fill.Same(value)));
  }

  private void texts(Set<Fill> into) {
    flow.constants().values().stream()
        .flatMap(constant -> constant.strings().stream())
        .distinct()
        .limit(MOST_CONSTANTS)
        .forEach(text -> into.add(new Fill.Text(text)));
  }

  private void follow(String value, int far, Set<String> seen, Set<Fill> into) {
    if (far > FAR || !seen.add(value)) {
      return;
    }
    for (Reading reading : readings.getOrDefault(value, List.of())) {
      Node node = reading.node();
      if (!node.domain().isEmpty()) {
        continue;
      }
      OperatorFills.of(node, reading.index(), this::shape, into);
      boolean passes = reading.index() == 0 || node.is("Concat");
      if (passes && PASSING.contains(node.operator()) && !node.outputs().isEmpty()) {
        follow(node.outputs().getFirst(), far + 1, seen, into);
      }
    }
  }

  /// The known shape of `value`: an input's, or a graph output's.
  private OperatorFills.Known shape(String value) {
    List<Long> output = flow.outputs().get(value);
    return new OperatorFills.Known(
        inputs.containsKey(value) ? value : null, output == null ? null : known(output));
  }
}
