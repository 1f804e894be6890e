package io.slipway.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The nodes of an ONNX file with all that determines their treatment of dimensions: attributes,
/// small constants, subgraphs and functions. Values of larger tensors are omitted.
///
/// @param opset the version of ONNX's own operator set
/// @param functions the model's own functions
public record OnnxNodes(Body graph, long opset, Map<FunctionName, Function> functions) {

  /// The nodes of a graph, a subgraph or a function, in order.
  ///
  /// @param inputs in order; without initializers that may be overridden
  /// @param constants the initializers
  public record Body(
      List<Node> nodes, List<Port> inputs, List<Port> outputs, Map<String, Constant> constants) {}

  /// An input or an output.
  ///
  /// @param shape its dimensions; null where none are declared
  public record Port(String name, @Nullable List<Dimension> shape) {}

  /// A dimension: its size, or its name.
  ///
  /// @param size -1 where it is free
  /// @param name "" where it has none
  public record Dimension(long size, String name) {}

  /// @param domain "" for ONNX's own operators
  /// @param inputs "" for an omitted optional one
  public record Node(
      String name,
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Attribute> attributes) {

    /// The name of the node in reports.
    public String label() {
      return name.isEmpty() ? outputs.isEmpty() ? "" : outputs.getFirst() : name;
    }

    /// Whether it is ONNX's own operator of that name.
    public boolean is(String operator) {
      return domain.isEmpty() && this.operator.equals(operator);
    }

    /// The name of the input at `index`, "" where there is none.
    public String input(int index) {
      return index < inputs.size() ? inputs.get(index) : "";
    }

    /// The whole number of the attribute `name`.
    public long whole(String name, long otherwise) {
      Attribute attribute = attributes.get(name);
      return attribute == null ? otherwise : attribute.whole();
    }

    /// The numbers of the attribute `name`; null where it is not given.
    public @Nullable List<Long> list(String name) {
      Attribute attribute = attributes.get(name);
      return attribute == null ? null : attribute.list();
    }
  }

  /// The value of an attribute; long values, which cannot be about dimensions, are omitted.
  ///
  /// @param text "" where it is long
  /// @param numbers how many numbers a list has
  /// @param texts how many strings a list has
  /// @param shortTexts those of them that have at most four characters
  /// @param reference the parameter of the function that the node stands in; "" for none
  public record Attribute(
      long whole,
      float number,
      String text,
      List<Long> list,
      int numbers,
      int texts,
      Set<String> shortTexts,
      @Nullable Constant tensor,
      @Nullable Body graph,
      String reference) {}

  /// A constant tensor.
  ///
  /// @param dtype as [OnnxType#dtype] names it
  /// @param values where they are few and numbers; null for one that is not whole
  /// @param strings where they are few; long ones are left out
  public record Constant(
      String dtype,
      List<Long> shape,
      @Nullable List<@Nullable Long> values,
      List<String> strings) {}

  public record FunctionName(String domain, String name) {}

  /// A function of the model.
  ///
  /// @param defaults the attributes with a default value
  /// @param opset the version of ONNX's own operator set for its body; 0 where it is the model's
  public record Function(
      List<String> inputs,
      List<String> outputs,
      Map<String, Attribute> defaults,
      List<Node> nodes,
      long opset) {}
}
