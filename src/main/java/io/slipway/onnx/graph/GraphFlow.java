package io.slipway.onnx.graph;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How values flow through an ONNX graph: its declared inputs and outputs, its nodes with what they
/// read and write, and its constants, small ones with their values.
///
/// @param inputs by name, in order; initializers that may be overridden are none
/// @param outputs by name, in order
/// @param nodes in the order of the file, those of a subgraph behind the node that has it; names of
///     values are unique across a graph and its subgraphs, as ONNX wants it
/// @param constants initializers and the values of `Constant` nodes, by name
public record GraphFlow(
    Map<String, OnnxType> inputs,
    Map<String, OnnxType> outputs,
    List<Node> nodes,
    Map<String, Constant> constants) {

  /// One call of an operator, or of a function of the model.
  ///
  /// @param domain "" for the operators of ONNX itself
  /// @param inputs names of values, "" for an optional one that is left out
  /// @param outputs likewise
  /// @param numbers the attributes that are whole numbers or lists of them
  /// @param texts the attributes that are texts
  /// @param level 0 in the graph itself, 1 in a subgraph, and so on
  public record Node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, List<Long>> numbers,
      Map<String, String> texts,
      int level) {

    /// Whether it is ONNX's own operator of that name.
    public boolean is(String name) {
      return domain.isEmpty() && operator.equals(name);
    }

    /// The name of the input at `index`, "" where there is none.
    public String input(int index) {
      return index < inputs.size() ? inputs.get(index) : "";
    }

    /// The attribute `name`; `otherwise` where it is not given or no single whole number.
    public long number(String name, long otherwise) {
      List<Long> values = numbers.get(name);
      return values == null || values.size() != 1 ? otherwise : values.getFirst();
    }
  }

  /// A value that the file holds.
  ///
  /// @param whole its elements, where they are whole numbers, and few
  /// @param texts its elements, where they are texts and that few
  public record Constant(
      String dtype, List<Long> shape, @Nullable List<Long> whole, @Nullable List<String> texts) {}
}
