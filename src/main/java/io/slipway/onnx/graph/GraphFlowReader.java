package io.slipway.onnx.graph;

import io.slipway.onnx.graph.GraphFlow.Constant;
import io.slipway.onnx.graph.GraphFlow.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a [GraphFlow] from an ONNX file that [OnnxFileReader] has found to be sound: what that one
/// bounds is not bounded here again. Functions of the model are not looked into.
public final class GraphFlowReader {
  /// Constants of more elements are weights, not shapes or indices.
  static final int FEW = 64;

  private final Map<String, OnnxType> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxType> outputs = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();

  private GraphFlowReader() {}

  /// Reads the file at `path`, called `name` where something is wrong with it.
  ///
  /// @throws io.slipway.bundle.InvalidBundle where it is no ONNX file
  public static GraphFlow read(String name, Path path) {
    try (FileChannel channel = FileChannel.open(path);
        Arena arena = Arena.ofConfined()) {
      Wire model =
          new Wire(name, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
      GraphFlowReader reader = new GraphFlowReader();
      while (model.next()) {
        if (model.field() == 7) {
          reader.graph(model.message(), 0);
        } else {
          model.skip();
        }
      }
      reader.inputs.keySet().removeAll(reader.constants.keySet());
      return new GraphFlow(reader.inputs, reader.outputs, reader.nodes, reader.constants);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void graph(Wire graph, int level) {
    if (level > OnnxFileReader.MOST_DEPTH) {
      throw graph.malformed("graphs nested too deep");
    }
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> node(graph.message(), level);
        case 5 -> constant(graph.message(), "");
        case 11 -> port(graph.message(), level == 0 ? inputs : null);
        case 12 -> port(graph.message(), level == 0 ? outputs : null);
        case 15 -> sparse(graph.message());
        default -> graph.skip();
      }
    }
  }

  private static void port(Wire port, @Nullable Map<String, OnnxType> into) {
    String name = "";
    OnnxType type = new OnnxType.Untyped();
    while (port.next()) {
      switch (port.field()) {
        case 1 -> name = port.text();
        case 2 -> type = TypeReader.read(port.message(), 0);
        default -> port.skip();
      }
    }
    if (into != null) {
      into.put(name, type);
    }
  }

  private void node(Wire node, int level) {
    String operator = "";
    String domain = "";
    List<String> reads = new ArrayList<>();
    List<String> writes = new ArrayList<>();
    Wire again = node.again();
    while (node.next()) {
      switch (node.field()) {
        case 1 -> reads.add(node.text());
        case 2 -> writes.add(node.text());
        case 4 -> operator = node.text();
        case 7 -> domain = node.text();
        default -> node.skip();
      }
    }
    Map<String, List<Long>> numbers = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    List<Wire> subgraphs = new ArrayList<>();
    String value = operator.equals("Constant") && !writes.isEmpty() ? writes.getFirst() : "";
    while (again.next()) {
      if (again.field() == 5) {
        attribute(again.message(), value, numbers, texts, subgraphs);
      } else {
        again.skip();
      }
    }
    nodes.add(
        new Node(
            domain.equals("ai.onnx") ? "" : domain,
            operator,
            reads,
            writes,
            numbers,
            texts,
            level));
    subgraphs.forEach(graph -> graph(graph, level + 1));
  }

  /// @param constant the value that the node has, where it is a `Constant`; else ""
  private void attribute(
      Wire attribute,
      String constant,
      Map<String, List<Long>> numbers,
      Map<String, String> texts,
      List<Wire> subgraphs) {
    String name = "";
    Wire again = attribute.again();
    while (attribute.next()) {
      if (attribute.field() == 1) {
        name = attribute.text();
      } else {
        attribute.skip();
      }
    }
    IntegersOfAttribute whole = new IntegersOfAttribute();
    while (again.next()) {
      switch (again.field()) {
        case 3 -> whole.add(again.varint());
        case 4 -> {
          String text = again.shortText();
          if (text != null) {
            texts.put(name, text);
          }
        }
        case 5 -> {
          Wire tensor = again.message();
          if (!constant.isEmpty()) {
            constant(tensor, constant);
          }
        }
        case 6, 11 -> subgraphs.add(again.message());
        case 8 -> again.longs(whole::add);
        default -> again.skip();
      }
    }
    if (!whole.values.isEmpty() && whole.values.size() <= FEW) {
      numbers.put(name, whole.values);
      if (name.equals("value_int") && !constant.isEmpty()) {
        constants.put(constant, new Constant("int64", List.of(), whole.values, null));
      } else if (name.equals("value_ints") && !constant.isEmpty()) {
        List<Long> shape = List.of((long) whole.values.size());
        constants.put(constant, new Constant("int64", shape, whole.values, null));
      }
    }
  }

  /// As many whole numbers as are of use, and one more.
  private static final class IntegersOfAttribute {
    private final List<Long> values = new ArrayList<>();

    void add(long value) {
      if (values.size() <= FEW) {
        values.add(value);
      }
    }
  }

  private void sparse(Wire sparse) {
    while (sparse.next()) {
      if (sparse.field() == 1) {
        constant(sparse.message(), "");
      } else {
        sparse.skip();
      }
    }
  }

  /// @param called its name; "" where it says so itself
  private void constant(Wire tensor, String called) {
    FewValuesReader reader = new FewValuesReader(FEW);
    Constant constant = reader.read(tensor);
    constants.put(called.isEmpty() ? reader.name() : called, constant);
  }
}
