package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Body;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.graph.OnnxNodes.Dimension;
import io.slipway.onnx.graph.OnnxNodes.Function;
import io.slipway.onnx.graph.OnnxNodes.FunctionName;
import io.slipway.onnx.graph.OnnxNodes.Node;
import io.slipway.onnx.graph.OnnxNodes.Port;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one reader of a graph's nodes: reads [OnnxNodes] from an ONNX file that has passed
/// [OnnxGraphCheck], without the runtime and without the values of its weights.
public final class OnnxNodesReader {
  /// Longer lists are weights or trees, never axes or sizes.
  private static final int MOST_VALUES = 256;

  private static final int LONGEST_SHORT_TEXT = 4;

  private final String file;

  private OnnxNodesReader(String file) {
    this.file = file;
  }

  /// Reads the file at `path`, called `name` in findings.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  public static OnnxNodes read(String name, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      Wire model = new Wire(name, OnnxBytes.of(name, path, arena));
      return new OnnxNodesReader(name).model(model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OnnxNodes model(Wire model) {
    Body graph = null;
    Map<String, Long> opsets = new HashMap<>();
    Map<FunctionName, Function> functions = new HashMap<>();
    while (model.next()) {
      switch (model.field()) {
        case 7 -> graph = graph(model.message(), 0);
        case 8 -> opset(model.message(), opsets);
        case 25 -> function(model.message(), functions);
        default -> model.skip();
      }
    }
    if (graph == null) {
      throw model.malformed("no graph");
    }
    return new OnnxNodes(graph, opsets.getOrDefault("", 1L), Map.copyOf(functions));
  }

  private static void opset(Wire opset, Map<String, Long> into) {
    String domain = "";
    long version = 1;
    while (opset.next()) {
      switch (opset.field()) {
        case 1 -> domain = opset.text();
        case 2 -> version = opset.varint();
        default -> opset.skip();
      }
    }
    into.put(canonical(domain), version);
  }

  private static String canonical(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  private void function(Wire function, Map<FunctionName, Function> into) {
    String domain = "";
    String name = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    Map<String, Attribute> defaults = new HashMap<>();
    Map<String, Long> opsets = new HashMap<>();
    while (function.next()) {
      switch (function.field()) {
        case 1 -> name = function.text();
        case 4 -> inputs.add(function.text());
        case 5 -> outputs.add(function.text());
        case 7 -> nodes.add(node(function.message(), 0));
        case 9 -> opset(function.message(), opsets);
        case 10 -> domain = function.text();
        case 11 -> attribute(function.message(), defaults, 0);
        default -> function.skip();
      }
    }
    into.put(
        new FunctionName(canonical(domain), name),
        new Function(
            List.copyOf(inputs),
            List.copyOf(outputs),
            Map.copyOf(defaults),
            List.copyOf(nodes),
            opsets.getOrDefault("", 0L)));
  }

  private Body graph(Wire graph, int level) {
    if (level > OnnxFileReader.MOST_DEPTH) {
      throw new InvalidBundle("nested_too_deep", file, file + " nests graphs too deep");
    }
    List<Node> nodes = new ArrayList<>();
    Map<String, Port> inputs = new LinkedHashMap<>();
    List<Port> outputs = new ArrayList<>();
    Map<String, Constant> constants = new LinkedHashMap<>();
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> nodes.add(node(graph.message(), level));
        case 5 -> tensor(graph.message(), constants);
        case 11 -> {
          Port port = port(graph.message());
          inputs.put(port.name(), port);
        }
        case 12 -> outputs.add(port(graph.message()));
        default -> graph.skip();
      }
    }
    // Sparse initializers are not read, so their values count as unknown.
    inputs.keySet().removeAll(constants.keySet());
    return new Body(
        List.copyOf(nodes),
        List.copyOf(inputs.values()),
        List.copyOf(outputs),
        Collections.unmodifiableMap(constants));
  }

  private Node node(Wire node, int level) {
    String name = "";
    String domain = "";
    String operator = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    while (node.next()) {
      switch (node.field()) {
        case 1 -> inputs.add(node.text());
        case 2 -> outputs.add(node.text());
        case 3 -> name = node.text();
        case 4 -> operator = node.text();
        case 5 -> attribute(node.message(), attributes, level);
        case 7 -> domain = node.text();
        default -> node.skip();
      }
    }
    return new Node(
        name,
        canonical(domain),
        operator,
        List.copyOf(inputs),
        List.copyOf(outputs),
        Collections.unmodifiableMap(attributes));
  }

  private void attribute(Wire attribute, Map<String, Attribute> into, int level) {
    String name = "";
    long whole = 0;
    float number = 0;
    String text = "";
    List<Long> list = new ArrayList<>();
    int lengthy = 0;
    int numbers = 0;
    int texts = 0;
    Set<String> shortTexts = new HashSet<>();
    Constant tensor = null;
    Body graph = null;
    String reference = "";
    while (attribute.next()) {
      switch (attribute.field()) {
        case 1 -> name = attribute.text();
        case 2 -> number = attribute.number();
        case 3 -> whole = attribute.varint();
        case 4 -> text = Objects.requireNonNullElse(attribute.shortText(), "");
        case 5 -> tensor = tensor(attribute.message(), new HashMap<>());
        case 6 -> graph = graph(attribute.message(), level + 1);
        case 7 -> {
          if (attribute.single()) {
            attribute.skip();
            numbers++;
          } else {
            numbers += attribute.content().remaining() / Float.BYTES;
          }
        }
        case 8 -> lengthy += attribute.longs(list, MOST_VALUES);
        case 9 -> {
          texts++;
          String string = attribute.shortText();
          if (string != null && string.length() <= LONGEST_SHORT_TEXT) {
            shortTexts.add(string);
          }
        }
        case 21 -> reference = attribute.text();
        default -> attribute.skip();
      }
    }
    into.put(
        name,
        new Attribute(
            whole,
            number,
            text,
            lengthy > list.size() ? List.of() : List.copyOf(list),
            Math.max(numbers, lengthy),
            texts,
            Set.copyOf(shortTexts),
            tensor,
            graph,
            reference));
  }

  private static Constant tensor(Wire tensor, Map<String, Constant> into) {
    ConstantReader reader = new ConstantReader(MOST_VALUES);
    Constant constant = reader.read(tensor);
    into.put(reader.name(), constant);
    return constant;
  }

  private static Port port(Wire port) {
    String name = "";
    List<Dimension> shape = null;
    while (port.next()) {
      switch (port.field()) {
        case 1 -> name = port.text();
        case 2 -> shape = type(port.message());
        default -> port.skip();
      }
    }
    return new Port(name, shape);
  }

  private static @Nullable List<Dimension> type(Wire type) {
    List<Dimension> shape = null;
    while (type.next()) {
      if (type.field() == 1) {
        Wire tensor = type.message();
        while (tensor.next()) {
          if (tensor.field() == 2) {
            shape = TypeReader.shape(tensor.message());
          } else {
            tensor.skip();
          }
        }
      } else {
        type.skip();
      }
    }
    return shape;
  }
}
