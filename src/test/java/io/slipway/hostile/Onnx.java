package io.slipway.hostile;

/// Makes ONNX files, field by field (`onnx.proto3`).
final class Onnx {
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int BOOL = 9;

  private Onnx() {}

  static byte[] model(Proto graph, Proto... functions) {
    Proto model = new Proto().number(1, 8).text(2, "hostile").message(7, graph);
    opset(model, "", 17);
    opset(model, "ai.onnx.ml", 3);
    opset(model, "local", 1);
    for (Proto function : functions) {
      model.message(25, function);
    }
    return model.bytes();
  }

  static void opset(Proto model, String domain, long version) {
    model.message(8, new Proto().text(1, domain).number(2, version));
  }

  /// A graph from `x` to `y`, both of floats.
  static Proto graph(Proto... nodes) {
    return input(output(bare(nodes), "y", FLOAT, -1), "x", FLOAT, -1);
  }

  static Proto bare(Proto... nodes) {
    Proto graph = new Proto().text(2, "g");
    for (Proto node : nodes) {
      graph.message(1, node);
    }
    return graph;
  }

  static Proto input(Proto graph, String name, int type, long... shape) {
    return graph.message(11, port(name, type, shape));
  }

  static Proto output(Proto graph, String name, int type, long... shape) {
    return graph.message(12, port(name, type, shape));
  }

  static Proto port(String name, int type, long... shape) {
    Proto dimensions = new Proto();
    for (long size : shape) {
      dimensions.message(
          1, size < 0 ? new Proto().text(2, "n" + -size) : new Proto().number(1, size));
    }
    Proto tensor = new Proto().number(1, type).message(2, dimensions);
    return new Proto().text(1, name).message(2, new Proto().message(1, tensor));
  }

  /// @param ports names of inputs, `>`, names of outputs
  static Proto node(String operator, String ports, Proto... attributes) {
    return node("", operator, ports, attributes);
  }

  static Proto node(String domain, String operator, String ports, Proto... attributes) {
    String[] sides = ports.split(">", 2);
    Proto node = new Proto();
    for (int side = 0; side < 2; side++) {
      for (String port : sides[side].strip().split(" ")) {
        if (!port.isEmpty()) {
          node.text(1 + side, port.equals("_") ? "" : port);
        }
      }
    }
    node.text(4, operator);
    for (Proto attribute : attributes) {
      node.message(5, attribute);
    }
    return node.text(7, domain);
  }

  static Proto whole(String name, long value) {
    return new Proto().text(1, name).number(3, value).number(20, 2);
  }

  static Proto text(String name, String value) {
    return new Proto().text(1, name).text(4, value).number(20, 3);
  }

  static Proto tensor(String name, Proto value) {
    return new Proto().text(1, name).message(5, value).number(20, 4);
  }

  static Proto subgraph(String name, Proto graph) {
    return new Proto().text(1, name).message(6, graph).number(20, 5);
  }

  static Proto wholes(String name, long... values) {
    Proto attribute = new Proto().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  static Proto texts(String name, String... values) {
    Proto attribute = new Proto().text(1, name);
    for (String value : values) {
      attribute.text(9, value);
    }
    return attribute.number(20, 8);
  }

  static Proto reals(String name, float... values) {
    Proto attribute = new Proto().text(1, name);
    for (float value : values) {
      attribute.real(7, value);
    }
    return attribute.number(20, 6);
  }

  /// A tensor of whole numbers.
  static Proto longs(String name, long[] dimensions, long... values) {
    Proto tensor = dimensioned(name, INT64, dimensions);
    for (long value : values) {
      tensor.number(7, value);
    }
    return tensor;
  }

  static Proto floats(String name, long[] dimensions, float... values) {
    Proto tensor = dimensioned(name, FLOAT, dimensions);
    for (float value : values) {
      tensor.real(4, value);
    }
    return tensor;
  }

  static Proto dimensioned(String name, int type, long... dimensions) {
    Proto tensor = new Proto();
    for (long size : dimensions) {
      tensor.number(1, size);
    }
    return tensor.number(2, type).text(8, name);
  }

  static long[] shape(long... dimensions) {
    return dimensions;
  }

  static Proto constant(String output, Proto tensor) {
    return node("Constant", "> " + output, tensor("value", tensor));
  }
}
