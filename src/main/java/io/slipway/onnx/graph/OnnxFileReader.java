package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import io.slipway.onnx.graph.OnnxFile.ExternalData;
import io.slipway.onnx.graph.OnnxFile.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the structure of an ONNX file, without the runtime and without tensor values: the file is
/// memory-mapped, and large parts are skipped. It visits every part that the runtime would read:
/// subgraphs in attributes, bodies of functions, tensors inside of nodes.
///
/// Source of the field numbers: `onnx.proto3` of ONNX 1.19.
final class OnnxFileReader {
  /// The nesting depth of subgraphs; each level takes several levels of the runtime's recursion.
  static final int MOST_DEPTH = 8;

  /// The size of one tensor's strings, in bytes: the runtime copies each several times at start.
  static final long MOST_STRING_BYTES = 1 << 20;

  /// The number of elements of all sparse tensors, which the runtime expands: this many, or this
  /// many per byte of the file.
  static final long MOST_SPARSE_ELEMENTS = 16 << 20;

  private static final long SPARSE_ELEMENTS_A_BYTE = 8;

  /// The most entries of a list, so that a hostile file cannot exhaust memory.
  private static final int MOST_ENTRIES = 1_000_000;

  private static final int MOST_DIMENSIONS = 64;

  private final String file;
  private final long mostSparse;
  private long sparseElements;
  private long irVersion;
  private boolean hasGraph;
  private long nodes;
  private int depth;
  private final Map<String, Long> opsets = new LinkedHashMap<>();
  private final Map<Operator, Map<Operator, Long>> functions = new LinkedHashMap<>();
  private final Map<String, OnnxType> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxType> outputs = new LinkedHashMap<>();
  private final Set<String> initializers = new HashSet<>();
  private final List<ExternalData> external = new ArrayList<>();
  private final List<TreeShape> trees = new ArrayList<>();
  private final Set<String> locales = new HashSet<>();

  /// The operators of the current graph or function.
  private Map<Operator, Long> body = new LinkedHashMap<>();

  private OnnxFileReader(String file, long bytes) {
    this.file = file;
    this.mostSparse = Math.max(MOST_SPARSE_ELEMENTS, SPARSE_ELEMENTS_A_BYTE * bytes);
  }

  /// Reads the file at `path`, called `name` in findings.
  ///
  /// @throws InvalidBundle where it is not an ONNX file
  static OnnxFile read(String name, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      return read(name, OnnxBytes.of(name, path, arena));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads `bytes`, called `name` in findings.
  ///
  /// @throws InvalidBundle where they are not an ONNX file
  static OnnxFile read(String name, MemorySegment bytes) {
    return new OnnxFileReader(name, bytes.byteSize()).model(new Wire(name, bytes));
  }

  private OnnxFile model(Wire model) {
    while (model.next()) {
      switch (model.field()) {
        case 1 -> irVersion = model.varint();
        case 7 -> {
          hasGraph = true;
          graph(model.message(), 0);
        }
        case 8 -> opset(model.message());
        case 20 -> training(model.message());
        case 25 -> function(model.message());
        default -> model.skip();
      }
    }
    if (!hasGraph || irVersion <= 0) {
      throw model.malformed(hasGraph ? "no format version" : "no graph");
    }
    inputs.keySet().removeAll(initializers);
    return new OnnxFile(
        irVersion, opsets, nodes, depth, body, functions, inputs, outputs, external, trees,
        locales);
  }

  private void opset(Wire opset) {
    String domain = "";
    long version = 0;
    while (opset.next()) {
      switch (opset.field()) {
        case 1 -> domain = opset.text();
        case 2 -> version = opset.varint();
        default -> opset.skip();
      }
    }
    bounded(opsets.size());
    opsets.put(domain, version);
  }

  private void training(Wire training) {
    while (training.next()) {
      switch (training.field()) {
        case 1, 2 -> graph(training.message(), 1);
        default -> training.skip();
      }
    }
  }

  private void function(Wire function) {
    Map<Operator, Long> outer = body;
    body = new LinkedHashMap<>();
    String domain = "";
    String name = "";
    while (function.next()) {
      switch (function.field()) {
        case 1 -> name = function.text();
        case 7 -> node(function.message(), 0);
        case 10 -> domain = function.text();
        case 11 -> attribute(function.message(), "", null, 0);
        default -> function.skip();
      }
    }
    bounded(functions.size());
    // Overloads with one name count as one function that uses each operator as often as the
    // overload that uses it most.
    Map<Operator, Long> all =
        functions.computeIfAbsent(new Operator(domain, name), key -> new LinkedHashMap<>());
    body.forEach((operator, times) -> all.merge(operator, times, Math::max));
    body = outer;
  }

  private void graph(Wire graph, int level) {
    if (level > MOST_DEPTH) {
      throw new InvalidBundle(
          "nested_too_deep", file, file + " nests graphs deeper than " + MOST_DEPTH + " levels");
    }
    depth = Math.max(depth, level);
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> node(graph.message(), level);
        case 5 -> {
          String name = tensor(graph.message());
          if (level == 0) {
            initializers.add(name);
          }
        }
        case 11 -> port(graph.message(), level == 0 ? inputs : null);
        case 12 -> port(graph.message(), level == 0 ? outputs : null);
        case 15 -> {
          String name = sparse(graph.message());
          if (level == 0) {
            initializers.add(name);
          }
        }
        default -> graph.skip();
      }
    }
  }

  private void node(Wire node, int level) {
    nodes++;
    String operator = "";
    String domain = "";
    Wire again = node.again();
    while (node.next()) {
      switch (node.field()) {
        case 4 -> operator = node.text();
        case 7 -> domain = node.text();
        default -> node.skip();
      }
    }
    String canonical = domain.equals("ai.onnx") ? "" : domain;
    bounded(body.size());
    body.merge(new Operator(canonical, operator), 1L, Long::sum);
    TreeReader tree = TreeReader.isTree(operator) ? new TreeReader(operator) : null;
    while (again.next()) {
      if (again.field() == 5) {
        attribute(again.message(), operator, tree, level);
      } else {
        again.skip();
      }
    }
    if (tree != null) {
      trees.add(tree.shape());
    }
  }

  private void attribute(Wire attribute, String operator, @Nullable TreeReader tree, int level) {
    Wire again = attribute.again();
    String name = "";
    while (attribute.next()) {
      if (attribute.field() == 1) {
        name = attribute.text();
      } else {
        attribute.skip();
      }
    }
    boolean shape = tree != null && TreeReader.isShape(name);
    while (again.next()) {
      switch (again.field()) {
        case 4 -> {
          if (operator.equals("StringNormalizer") && name.equals("locale")) {
            bounded(locales.size());
            locales.add(again.text());
          } else {
            again.skip();
          }
        }
        case 5, 10 -> tensor(again.message());
        case 6, 11 -> graph(again.message(), level + 1);
        case 8 -> {
          if (tree != null && shape) {
            again.ints(tree.list(name));
          } else {
            again.skip();
          }
        }
        case 9 -> {
          if (tree != null && shape) {
            tree.mode(again.text());
          } else {
            again.skip();
          }
        }
        case 22, 23 -> sparse(again.message());
        default -> again.skip();
      }
    }
  }

  private String sparse(Wire sparse) {
    String name = "";
    IntList dimensions = new IntList(MOST_DIMENSIONS);
    while (sparse.next()) {
      switch (sparse.field()) {
        case 1 -> name = tensor(sparse.message());
        case 2 -> tensor(sparse.message());
        case 3 -> sparse.ints(dimensions);
        default -> sparse.skip();
      }
    }
    long elements = dimensions.faulty() ? Long.MAX_VALUE : 1;
    for (int i = 0; i < dimensions.size() && elements <= mostSparse; i++) {
      int dimension = Math.max(0, dimensions.get(i));
      elements =
          dimension > 0 && elements > mostSparse / dimension
              ? mostSparse + 1
              : elements * dimension;
    }
    sparseElements += Math.min(elements, mostSparse + 1);
    if (sparseElements > mostSparse) {
      throw new InvalidBundle(
          "too_large",
          file,
          file
              + " has sparse tensors of more than "
              + mostSparse
              + " elements, which are all written out when it is loaded");
    }
    return name;
  }

  private String tensor(Wire tensor) {
    String name = "";
    Map<String, String> entries = new HashMap<>();
    boolean elsewhere = false;
    long strings = 0;
    while (tensor.next()) {
      switch (tensor.field()) {
        case 6 -> strings += tensor.length();
        case 8 -> name = tensor.text();
        case 13 -> {
          elsewhere = true;
          entry(tensor.message(), entries);
        }
        case 14 -> elsewhere |= tensor.varint() != 0;
        default -> tensor.skip();
      }
    }
    if (strings > MOST_STRING_BYTES) {
      throw new InvalidBundle(
          "too_large",
          file,
          file
              + " has a tensor with "
              + strings
              + " bytes of strings; at most "
              + MOST_STRING_BYTES);
    }
    if (elsewhere) {
      bounded(external.size());
      external.add(
          new ExternalData(
              name,
              entries.getOrDefault("location", ""),
              entries.getOrDefault("offset", ""),
              entries.getOrDefault("length", "")));
    }
    return name;
  }

  private void entry(Wire entry, Map<String, String> entries) {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text();
        case 2 -> value = entry.text();
        default -> entry.skip();
      }
    }
    String before = entries.putIfAbsent(key, value);
    if (entries.size() > 16 || (before != null && !before.equals(value))) {
      throw entry.malformed("contradictory external data");
    }
  }

  private void port(Wire port, @Nullable Map<String, OnnxType> into) {
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
      bounded(into.size());
      into.put(name, type);
    }
  }

  private void bounded(int size) {
    if (size >= MOST_ENTRIES) {
      throw new InvalidBundle(
          "too_large", file, file + " has more than " + MOST_ENTRIES + " entries in one list");
    }
  }
}
