package io.slipway.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A small graph of random operators on rows of [#WIDTH] floats. Some of the operators mix rows,
/// some only in the wrong place, some only for rows that are rare.
final class RandomGraph {
  static final int WIDTH = 4;

  private final Random random;
  private final OnnxWriter graph = new OnnxWriter();
  private final List<String> used = new ArrayList<>();

  /// The tensor that is worked on, always of the shape [rows, WIDTH].
  private String x = "x";

  RandomGraph(Random random) {
    this.random = random;
  }

  /// What it is made of, in order.
  List<String> operators() {
    return used;
  }

  /// Writes a graph from `x` to one output, whose name is given back.
  ///
  /// @param mixing whether operators that mix rows may be among the others
  String write(Path file, boolean mixing) {
    graph.input("x", "rows", WIDTH);
    int many = 2 + random.nextInt(5);
    for (int i = 0; i < many; i++) {
      step(mixing && random.nextInt(4) == 0 ? 16 + random.nextInt(16) : random.nextInt(16));
    }
    graph.output(x);
    graph.write(file, 17);
    return x;
  }

  private String node(String operator, List<String> inputs, Map<String, Object> attributes) {
    used.add(operator);
    return graph.node(operator, inputs, attributes);
  }

  private String node(String operator, String... inputs) {
    return node(operator, List.of(inputs), Map.of());
  }

  private String weights(long... shape) {
    int count = 1;
    for (long dimension : shape) {
      count *= (int) dimension;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return graph.floats(values, shape);
  }

  private void step(int kind) {
    x =
        switch (kind) {
          case 0 -> node("MatMul", x, weights(WIDTH, WIDTH));
          case 1 -> node("Add", x, weights(WIDTH));
          case 2 -> node(List.of("Relu", "Tanh", "Sigmoid", "Abs").get(random.nextInt(4)), x);
          case 3 -> node("Softmax", List.of(x), Map.of("axis", -1L));
          case 4 -> node("Gemm", x, weights(WIDTH, WIDTH), weights(WIDTH));
          case 5 -> node("Mul", x, node("ReduceMean", List.of(x), Map.of("axes", new long[] {1})));
          case 6 -> reshaped(2, 2);
          case 7 -> transposed();
          case 8 -> node("Concat", List.of(half(0), half(2)), Map.of("axis", 1L));
          case 9 ->
              node(
                  "LayerNormalization",
                  List.of(x, weights(WIDTH), weights(WIDTH)),
                  Map.of("axis", -1L));
          case 10 -> node("Expand", x, node("Shape", x));
          case 11 -> node("Clip", x, graph.floats(new float[] {-3}), graph.floats(new float[] {3}));
          case 12 -> byShape();
          case 13 -> node("CumSum", x, graph.scalar(1));
          case 14 -> attention();
          case 15 -> node("Gather", List.of(x, graph.longs(3, 1, 0, 2)), Map.of("axis", 1L));
          case 16 -> node("Sub", x, node("ReduceMean", List.of(x), Map.of("axes", new long[] {0})));
          case 17 -> node("Softmax", List.of(x), Map.of("axis", 0L));
          case 18 -> node("CumSum", x, graph.scalar(0));
          // Rarely active: only beside a row that is large.
          case 19 ->
              node(
                  "Add",
                  x,
                  node(
                      "Relu",
                      node(
                          "Sub",
                          node("ReduceMax", List.of(x), Map.of("keepdims", 1L)),
                          graph.floats(new float[] {40}))));
          case 20 -> node("Mul", x, count());
          case 21 -> node("Div", x, node("Add", node("Abs", x), highest()));
          case 22 -> everyWithEvery();
          case 23 -> quantised();
          case 24 -> node("Reshape", node("Transpose", x), graph.longs(-1, WIDTH));
          case 25 -> node("Add", x, firstRow());
          case 26 -> node("Add", x, places());
          case 27 -> node("Add", x, node("RandomUniformLike", x));
          case 28 ->
              graph
                  .nodes(
                      "TopK",
                      2,
                      List.of(x, node("Gather", node("Shape", x), graph.longs(0))),
                      Map.of("axis", 0L))
                  .getFirst();
          case 29 -> node("Reshape", node("Softmax", List.of(flat()), Map.of("axis", 0L)), open());
          case 30 -> {
            used.add("MeanVarianceNormalization");
            yield graph.node(
                "MeanVarianceNormalization", List.of(x), Map.of("axes", new long[] {0, 1}));
          }
          default -> node("Add", x, node("Transpose", node("Transpose", highest())));
        };
  }

  private String open() {
    return graph.longs(-1, WIDTH);
  }

  private String flat() {
    return node("Reshape", x, graph.longs(-1));
  }

  private String reshaped(long a, long b) {
    String square = node("Reshape", x, graph.longs(-1, a, b));
    String turned = node("Transpose", List.of(square), Map.of("perm", new long[] {0, 2, 1}));
    return node("Reshape", turned, graph.longs(0, WIDTH));
  }

  private String transposed() {
    String columns = node("MatMul", weights(WIDTH, WIDTH), node("Transpose", x));
    return node("Transpose", columns);
  }

  private String half(long from) {
    return node(
        "Slice", x, graph.longs(from), graph.longs(from + 2), graph.longs(1), graph.longs(1));
  }

  /// A shape made of the shape, as exporters write it.
  private String byShape() {
    String rows = node("Gather", node("Shape", x), graph.longs(0));
    String shape = node("Concat", List.of(rows, graph.longs(2, 2)), Map.of("axis", 0L));
    String sum =
        node(
            "ReduceSum",
            List.of(node("Reshape", x, shape), graph.longs(2)),
            Map.of("keepdims", 1L));
    String spread = node("Concat", List.of(rows, graph.longs(2, 2)), Map.of("axis", 0L));
    return node("Reshape", node("Expand", sum, spread), graph.longs(0, WIDTH));
  }

  /// Each row with itself.
  private String attention() {
    String square = node("Reshape", x, graph.longs(0, 2, 2));
    String turned = node("Transpose", List.of(square), Map.of("perm", new long[] {0, 2, 1}));
    String scores = node("Softmax", List.of(node("MatMul", square, turned)), Map.of("axis", 2L));
    return node("Reshape", node("MatMul", scores, square), graph.longs(-1, WIDTH));
  }

  /// Each row with every other.
  private String everyWithEvery() {
    String scores =
        node("Softmax", List.of(node("MatMul", x, node("Transpose", x))), Map.of("axis", 1L));
    return node("MatMul", scores, x);
  }

  private String count() {
    String rows = node("Gather", node("Shape", x), graph.longs(0));
    return node("Cast", List.of(rows), Map.of("to", 1L));
  }

  private String highest() {
    return node("ReduceMax", List.of(x), Map.of("axes", new long[] {0}, "keepdims", 1L));
  }

  private String firstRow() {
    return node("Gather", List.of(x, graph.longs(0)), Map.of("axis", 0L));
  }

  private String places() {
    String rows = node("Gather", node("Shape", x), graph.scalar(0));
    String range = node("Range", graph.scalar(0), rows, graph.scalar(1));
    String column = node("Reshape", range, graph.longs(-1, 1));
    return node("Cast", List.of(column), Map.of("to", 1L));
  }

  private String quantised() {
    used.add("DynamicQuantizeLinear");
    List<String> bytes = graph.nodes("DynamicQuantizeLinear", 3, List.of(x), Map.of());
    return node("DequantizeLinear", bytes.get(0), bytes.get(1), bytes.get(2));
  }
}
