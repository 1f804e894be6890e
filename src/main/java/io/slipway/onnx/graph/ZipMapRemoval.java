package io.slipway.onnx.graph;

import io.slipway.bundle.InvalidBundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Removes the `ZipMap` nodes from an ONNX file. scikit-learn converters add one after each
/// classifier, which turns each row's probabilities into a map. The input of the node, the
/// probabilities as one tensor, becomes the output under its own name: the same graph that the
/// converter writes with `zipmap=False`. Everything else is copied byte by byte from the mapped
/// file.
public final class ZipMapRemoval {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_OUTPUT = 12;
  private static final int GRAPH_VALUE_INFO = 13;
  private static final int MOST_CLASSES = 1_000_000;
  private static final byte[] NOTHING = {};

  /// @param classes the number of probabilities per row; 0 where it is unknown
  private record ZipMap(String input, String output, int classes) {}

  private final String name;
  private final Map<String, ZipMap> byOutput = new LinkedHashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private final Set<String> read = new HashSet<>();

  private ZipMapRemoval(String name) {
    this.name = name;
  }

  /// Writes the file at `from`, called `name` in findings, without its `ZipMap`s to `to`, which
  /// must not exist; writes nothing where it has none.
  ///
  /// @return the names of the outputs that replace the maps
  /// @throws InvalidBundle where it is not an ONNX file, or another node reads the maps
  public static List<String> strip(String name, Path from, Path to) {
    try (FileChannel in = FileChannel.open(from);
        Arena arena = Arena.ofConfined()) {
      long size = Math.min(in.size(), OnnxBytes.MOST_BYTES);
      Wire model = new Wire(name, in.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
      ZipMapRemoval removal = new ZipMapRemoval(name);
      removal.find(model.again());
      List<String> replaced = removal.replaced();
      if (!replaced.isEmpty()) {
        try (FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          removal.write(model, out);
        }
      }
      return replaced;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void find(Wire model) {
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        findIn(model.message());
      } else {
        model.skip();
      }
    }
    byOutput.keySet().retainAll(outputs);
    for (String output : byOutput.keySet()) {
      if (read.contains(output)) {
        throw new InvalidBundle(
            "unsupported_output",
            name,
            "the maps of \""
                + output
                + "\" are read by another node of "
                + name
                + ", so the ZipMap cannot be removed");
      }
    }
  }

  private void findIn(Wire graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_NODE -> node(graph.message());
        case GRAPH_OUTPUT -> outputs.add(portName(graph.message()));
        default -> graph.skip();
      }
    }
  }

  private void node(Wire node) {
    ZipMap zip = zipMap(node.again());
    if (zip != null) {
      byOutput.put(zip.output(), zip);
      return;
    }
    while (node.next()) {
      if (node.field() == 1) {
        read.add(node.text());
      } else {
        node.skip();
      }
    }
  }

  private static @Nullable ZipMap zipMap(Wire node) {
    String input = "";
    String output = "";
    String operator = "";
    int classes = 0;
    while (node.next()) {
      switch (node.field()) {
        case 1 -> input = node.text();
        case 2 -> output = node.text();
        case 4 -> operator = node.text();
        case 5 -> classes = Math.max(classes, classes(node.message()));
        default -> node.skip();
      }
    }
    return operator.equals("ZipMap") ? new ZipMap(input, output, classes) : null;
  }

  /// The number of labels in the attribute `classlabels_int64s` or `classlabels_strings`.
  private static int classes(Wire attribute) {
    IntList numbers = new IntList(MOST_CLASSES);
    int texts = 0;
    while (attribute.next()) {
      switch (attribute.field()) {
        case 8 -> attribute.ints(numbers);
        case 9 -> {
          attribute.skip();
          texts++;
        }
        default -> attribute.skip();
      }
    }
    return numbers.faulty() ? 0 : numbers.size() + texts;
  }

  private static String portName(Wire port) {
    String name = "";
    while (port.next()) {
      if (port.field() == 1) {
        name = port.text();
      } else {
        port.skip();
      }
    }
    return name;
  }

  private List<String> replaced() {
    return byOutput.values().stream().map(ZipMap::input).toList();
  }

  private void write(Wire model, FileChannel out) throws IOException {
    while (model.next()) {
      if (model.field() == MODEL_GRAPH) {
        List<MemorySegment> parts = graph(model.message());
        long size = parts.stream().mapToLong(MemorySegment::byteSize).sum();
        write(out, MemorySegment.ofArray(head(MODEL_GRAPH, size)));
        for (MemorySegment part : parts) {
          write(out, part);
        }
      } else {
        long begin = model.begin();
        model.skip();
        write(out, model.between(begin, model.position()));
      }
    }
  }

  /// The parts of the new graph; adjacent unchanged fields form one part.
  private List<MemorySegment> graph(Wire graph) {
    List<MemorySegment> parts = new ArrayList<>();
    long kept = 0;
    while (graph.next()) {
      byte[] instead = instead(graph);
      long begin = graph.begin();
      graph.skip();
      if (instead != null) {
        parts.add(graph.between(kept, begin));
        parts.add(MemorySegment.ofArray(instead));
        kept = graph.position();
      }
    }
    parts.add(graph.between(kept, graph.position()));
    return parts;
  }

  /// The replacement of the graph's field, possibly empty; null where the field is kept.
  private byte @Nullable [] instead(Wire graph) {
    switch (graph.field()) {
      case GRAPH_NODE -> {
        ZipMap zip = zipMap(graph.peek());
        if (zip != null && byOutput.containsKey(zip.output())) {
          return NOTHING;
        }
      }
      case GRAPH_OUTPUT -> {
        ZipMap zip = byOutput.get(portName(graph.peek()));
        if (zip != null) {
          return outputs.add(zip.input()) ? port(zip) : NOTHING;
        }
      }
      case GRAPH_VALUE_INFO -> {
        // The new output is declared there.
        if (replaced().contains(portName(graph.peek()))) {
          return NOTHING;
        }
      }
      default -> {}
    }
    return null;
  }

  /// The declaration of the probabilities: floats, rows × classes.
  private static byte[] port(ZipMap zip) {
    byte[] columns = zip.classes() == 0 ? new byte[0] : number(1, zip.classes());
    byte[] shape = concat(field(1, new byte[0]), field(1, columns));
    byte[] tensor = concat(number(1, 1), field(2, shape));
    byte[] name = zip.input().getBytes(StandardCharsets.UTF_8);
    return field(GRAPH_OUTPUT, concat(field(1, name), field(2, field(1, tensor))));
  }

  private static byte[] field(int number, byte[] bytes) {
    return concat(head(number, bytes.length), bytes);
  }

  /// The encoded tag and length of a field of `size` bytes.
  private static byte[] head(int number, long size) {
    return concat(varint(number << 3 | 2), varint(size));
  }

  private static byte[] number(int number, long value) {
    return concat(varint(number << 3), varint(value));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while (rest > 0x7F) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void write(FileChannel out, MemorySegment bytes) throws IOException {
    ByteBuffer buffer = bytes.asByteBuffer();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }
}
