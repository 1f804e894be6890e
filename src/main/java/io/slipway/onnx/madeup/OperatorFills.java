package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.OnnxNodes.Node;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The fills for inputs of ONNX's operators that are not data: shapes, axes, counts, parts.
final class OperatorFills {
  private static final Fill ZERO = new Fill.Same(0);
  private static final Fill ONE = new Fill.Same(1);
  private static final Fill TWO = new Fill.Same(2);
  private static final Fill THREE = new Fill.Same(3);
  private static final Fill EIGHT = new Fill.Same(8);
  private static final Fill ANY_SHAPE = new Fill.First(-1, 1);

  /// Beyond the end of any dimension, even in 32 bits.
  private static final Fill END = new Fill.Same(Integer.MAX_VALUE);

  /// The known shape of a value.
  ///
  /// @param input the name of the input that it is, or null
  /// @param output its shape as an output of the graph, or null
  record Known(@Nullable String input, @Nullable List<Long> output) {}

  private OperatorFills() {}

  /// Adds the fills for input `index` of `node`, the most likely first; none where it is data.
  static void of(Node node, int index, Function<String, Known> shapes, Set<Fill> into) {
    Known data = shapes.apply(node.input(0));
    Known output =
        node.outputs().isEmpty() ? new Known(null, null) : shapes.apply(node.outputs().getFirst());
    List<Long> axes = Objects.requireNonNullElse(node.list("axes"), List.of());
    switch (node.operator() + "/" + index) {
      case "Reshape/1" -> add(into, ANY_SHAPE, numbers(output));
      case "Expand/1" -> add(into, ONE, shape(data, axes), numbers(output));
      case "Tile/1", "TopK/1", "Upsample/1" -> add(into, ONE);
      case "ConstantOfShape/0" -> add(into, TWO, ONE);
      case "Resize/1" -> {
        if (node.inputs().size() == 2) {
          add(into, ONE);
        }
      }
      case "Resize/2" -> add(into, ONE);
      case "Resize/3", "CenterCropPad/1" -> add(into, shape(data, axes), numbers(output), ONE);
      case "MaxUnpool/2" -> add(into, numbers(output));
      case "Slice/1", "Pad/1", "Trilu/1", "CumSum/1", "CumProd/1" -> add(into, ZERO);
      case "Slice/2" -> add(into, END);
      case "Slice/3", "Pad/3", "Unsqueeze/1" -> add(into, new Fill.Ramp());
      case "Slice/4", "Div/1", "Mod/1" -> add(into, ONE);
      case "Squeeze/1" -> add(into, data.input() == null ? null : new Fill.Ones(data.input()));
      case "Split/1", "SplitToSequence/1" ->
          add(
              into,
              data.input() == null
                  ? ONE
                  : new Fill.Parts(data.input(), (int) node.whole("axis", 0)));
      case "Range/0" -> add(into, ZERO);
      case "Range/1", "OneHot/1", "Loop/0", "NonMaxSuppression/2" -> add(into, THREE);
      case "Range/2", "Loop/1", "STFT/1" -> add(into, ONE);
      case "AffineGrid/1" -> add(into, numbers(output), TWO);
      case "Col2Im/1" ->
          add(into, output.output() == null ? null : spatial(output.output()), TWO, ONE);
      case "Col2Im/2" -> add(into, ONE, new Fill.First(1, 5), TWO, THREE);
      case "HannWindow/0", "HammingWindow/0", "BlackmanWindow/0", "DFT/1", "STFT/3" ->
          add(into, EIGHT);
      case "MelWeightMatrix/0" -> add(into, EIGHT);
      case "MelWeightMatrix/1" -> add(into, new Fill.Same(16));
      case "MelWeightMatrix/2" -> add(into, new Fill.Same(8192));
      case "MelWeightMatrix/3" -> add(into, ZERO);
      case "MelWeightMatrix/4" -> add(into, new Fill.Same(4096));
      // Texts that are numbers.
      case "Cast/0" -> add(into, new Fill.Text("1"));
      default -> {
        if (index == 1 && node.operator().startsWith("Reduce")) {
          add(into, new Fill.Ramp());
        }
      }
    }
  }

  private static @Nullable Fill numbers(Known shape) {
    return shape.output() == null ? null : new Fill.Numbers(shape.output());
  }

  private static @Nullable Fill shape(Known data, List<Long> axes) {
    return data.input() == null ? null : new Fill.ShapeOf(data.input(), axes);
  }

  /// The dimensions after batch and channels.
  private static @Nullable Fill spatial(List<Long> shape) {
    return shape.size() < 3 ? null : new Fill.Numbers(shape.subList(2, shape.size()));
  }

  private static void add(Set<Fill> into, @Nullable Fill... fills) {
    for (Fill fill : fills) {
      if (fill != null) {
        into.add(fill);
      }
    }
  }
}
