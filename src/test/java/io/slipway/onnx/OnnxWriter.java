package io.slipway.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes small ONNX files: what protocol buffers need for a graph, and no more.
final class OnnxWriter {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
  private int names;

  /// A constant of the graph.
  String floats(float[] values, long... shape) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return constant(FLOAT, raw.array(), shape);
  }

  /// A list of whole numbers, as axes and shapes are.
  String longs(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return constant(INT64, raw.array(), values.length);
  }

  /// A whole number.
  String scalar(long value) {
    return constant(
        INT64,
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(),
        new long[0]);
  }

  private String constant(int type, byte[] raw, long... shape) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (long dimension : shape) {
      number(tensor, 1, dimension);
    }
    number(tensor, 2, type);
    String name = "c" + names++;
    text(tensor, 8, name);
    bytes(tensor, 9, raw);
    bytes(graph, 5, tensor.toByteArray());
    return name;
  }

  /// A node with one output, whose name is given back. Attributes are `Long`, `Float`, `String` or
  /// `long[]`.
  String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    return nodes(operator, 1, inputs, attributes).getFirst();
  }

  /// A node with several outputs.
  List<String> nodes(
      String operator, int outputs, List<String> inputs, Map<String, Object> attributes) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    inputs.forEach(input -> text(node, 1, input));
    List<String> made = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      made.add("t" + names++);
      text(node, 2, made.getLast());
    }
    text(node, 4, operator);
    new TreeMap<>(attributes).forEach((name, value) -> bytes(node, 5, attribute(name, value)));
    bytes(graph, 1, node.toByteArray());
    return made;
  }

  private static byte[] attribute(String name, Object value) {
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    text(attribute, 1, name);
    switch (value) {
      case Float number -> {
        varint(attribute, 2 << 3 | 5);
        int bits = Float.floatToIntBits(number);
        for (int i = 0; i < 4; i++) {
          attribute.write(bits >>> (8 * i));
        }
        number(attribute, 20, 1);
      }
      case Long number -> {
        number(attribute, 3, number);
        number(attribute, 20, 2);
      }
      case String text -> {
        text(attribute, 4, text);
        number(attribute, 20, 3);
      }
      case long[] numbers -> {
        for (long number : numbers) {
          number(attribute, 8, number);
        }
        number(attribute, 20, 7);
      }
      default -> throw new IllegalArgumentException(value.toString());
    }
    return attribute.toByteArray();
  }

  /// An input of floats; a dimension is its size or its name.
  void input(String name, Object... shape) {
    bytes(graph, 11, port(name, FLOAT, shape));
  }

  /// An input of whole numbers.
  void wholeInput(String name, Object... shape) {
    bytes(graph, 11, port(name, INT64, shape));
  }

  /// An output, whose shape is left open.
  void output(String name) {
    ByteArrayOutputStream port = new ByteArrayOutputStream();
    text(port, 1, name);
    bytes(graph, 12, port.toByteArray());
  }

  private static byte[] port(String name, int type, Object... shape) {
    ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
    for (Object size : shape) {
      ByteArrayOutputStream dimension = new ByteArrayOutputStream();
      if (size instanceof String symbol) {
        text(dimension, 2, symbol);
      } else {
        number(dimension, 1, ((Number) size).longValue());
      }
      bytes(dimensions, 1, dimension.toByteArray());
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, type);
    bytes(tensor, 2, dimensions.toByteArray());
    ByteArrayOutputStream kind = new ByteArrayOutputStream();
    bytes(kind, 1, tensor.toByteArray());
    ByteArrayOutputStream port = new ByteArrayOutputStream();
    text(port, 1, name);
    bytes(port, 2, kind.toByteArray());
    return port.toByteArray();
  }

  /// Writes the file.
  void write(Path file, long opset) {
    text(graph, 2, "g");
    ByteArrayOutputStream set = new ByteArrayOutputStream();
    text(set, 1, "");
    number(set, 2, opset);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, 9);
    bytes(model, 7, graph.toByteArray());
    bytes(model, 8, set.toByteArray());
    try {
      Files.write(file, model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void text(ByteArrayOutputStream out, int field, String text) {
    bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    varint(out, (long) field << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
