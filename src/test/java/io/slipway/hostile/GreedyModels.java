package io.slipway.hostile;

import static io.slipway.hostile.Onnx.INT64;
import static io.slipway.hostile.Onnx.graph;
import static io.slipway.hostile.Onnx.model;
import static io.slipway.hostile.Onnx.node;
import static io.slipway.hostile.Onnx.whole;

/// Models that take as much memory as their input says: harmless for most inputs, and so at their
/// trial. From floats `x`, of one element, to floats `y`.
public final class GreedyModels {
  private GreedyModels() {}

  /// Makes `x` zeros, and answers `x` and their sum.
  public static byte[] sum() {
    return model(
        graph(
            node("Cast", "x > s", whole("to", INT64)),
            node("ConstantOfShape", "s > c"),
            node("ReduceSum", "c > r", whole("keepdims", 0)),
            node("Add", "x r > y")));
  }

  /// Answers `x` zeros.
  public static byte[] zeros() {
    return model(
        graph(node("Cast", "x > s", whole("to", INT64)), node("ConstantOfShape", "s > y")));
  }
}
