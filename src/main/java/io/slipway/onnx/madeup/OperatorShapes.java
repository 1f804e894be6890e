package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.ElementwiseOperators;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.graph.OnnxNodes.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What operators ask of the shapes of their inputs, and the shape that they make of them.
///
/// @param values the shapes that are known so far, by the names of values
record OperatorShapes(Map<String, List<Size>> values, Map<String, Constant> constants) {
  /// Those that keep the shape of their first input, beside the elementwise ones.
  private static final Set<String> KEEPING =
      Set.of(
          "BatchNormalization",
          "Clip",
          "Dropout",
          "InstanceNormalization",
          "LayerNormalization",
          "LogSoftmax",
          "Softmax");

  /// The shape of the first output; null where it is not followed.
  @Nullable List<Size> of(Node node) {
    List<Size> first = values.get(node.input(0));
    if (keeps(node.operator())) {
      return first;
    }
    if (ElementwiseOperators.BROADCASTING.contains(node.operator())) {
      return broadcast(node);
    }
    if (first == null) {
      return null;
    }
    return switch (node.operator()) {
      case "MatMul" -> product(first, values.get(node.input(1)));
      case "Gemm" -> gemm(node, first, values.get(node.input(1)));
      case "Conv" -> conv(node, first, values.get(node.input(1)));
      case "LSTM", "GRU", "RNN" -> recurrent(node, first);
      case "Transpose" -> transposed(first, node.list("perm"));
      case "Unsqueeze" -> unsqueezed(first, axes(node));
      case "Squeeze" -> squeezed(first, axes(node));
      case "Concat" -> concat(node, first);
      default -> null;
    };
  }

  private static boolean keeps(String operator) {
    return KEEPING.contains(operator) || ElementwiseOperators.UNARY.contains(operator);
  }

  private @Nullable List<Size> broadcast(Node node) {
    List<Size> all = null;
    for (String name : node.inputs()) {
      List<Size> shape = values.get(name);
      if (shape == null) {
        return null;
      }
      if (all == null) {
        all = shape;
        continue;
      }
      List<Size> longer = all.size() >= shape.size() ? all : shape;
      List<Size> shorter = longer == all ? shape : all;
      List<Size> merged = new ArrayList<>(longer);
      for (int i = 1; i <= shorter.size(); i++) {
        Size a = longer.get(longer.size() - i);
        Size b = shorter.get(shorter.size() - i);
        if (a.fixed() == 1) {
          merged.set(longer.size() - i, b);
        } else if (b.fixed() != 1) {
          a.equal(b);
        }
      }
      all = merged;
    }
    return all;
  }

  private static @Nullable List<Size> product(List<Size> a, @Nullable List<Size> b) {
    if (b == null || a.size() < 2 || b.size() < 2) {
      return null;
    }
    a.getLast().equal(b.get(b.size() - 2));
    if (a.size() != b.size() && b.size() != 2) {
      return null;
    }
    List<Size> shape = new ArrayList<>(a);
    for (int i = 0; b.size() > 2 && i < a.size() - 2; i++) {
      a.get(i).equal(b.get(i));
    }
    shape.set(shape.size() - 1, b.getLast());
    return shape;
  }

  private static @Nullable List<Size> gemm(Node node, List<Size> a, @Nullable List<Size> b) {
    if (b == null || a.size() != 2 || b.size() != 2) {
      return null;
    }
    int across = (int) node.whole("transA", 0);
    int down = (int) node.whole("transB", 0);
    a.get(across == 0 ? 1 : 0).equal(b.get(down == 0 ? 0 : 1));
    return List.of(a.get(across == 0 ? 0 : 1), b.get(down == 0 ? 1 : 0));
  }

  private static @Nullable List<Size> conv(Node node, List<Size> x, @Nullable List<Size> w) {
    if (w == null || w.size() != x.size() || x.size() < 3) {
      return null;
    }
    long channels = w.get(1).fixed();
    if (channels > 0) {
      x.get(1).equal(Size.of(channels * node.whole("group", 1)));
    }
    List<Long> dilations = numbers(node, "dilations");
    List<Long> pads = numbers(node, "pads");
    List<Size> shape = new ArrayList<>(List.of(x.getFirst(), w.getFirst()));
    int spatial = x.size() - 2;
    for (int i = 0; i < spatial; i++) {
      long kernel = w.get(i + 2).fixed();
      long dilation = i < dilations.size() ? dilations.get(i) : 1;
      long padded = pads.size() == 2 * spatial ? pads.get(i) + pads.get(i + spatial) : 0;
      x.get(i + 2).atLeast((kernel - 1) * dilation + 1 - padded);
      shape.add(Size.free());
    }
    return shape;
  }

  private static List<Long> numbers(Node node, String attribute) {
    return Objects.requireNonNullElse(node.list(attribute), List.of());
  }

  private @Nullable List<Size> recurrent(Node node, List<Size> x) {
    List<Size> weights = values.get(node.input(1));
    List<Size> recurrence = values.get(node.input(2));
    if (x.size() != 3 || weights == null || weights.size() != 3) {
      return null;
    }
    boolean batchFirst = node.whole("layout", 0) == 1;
    Size batch = x.get(batchFirst ? 0 : 1);
    x.get(2).equal(weights.get(2));
    for (int i = 5; i <= 6; i++) {
      List<Size> state = values.get(node.input(i));
      if (state != null && state.size() == 3) {
        state.get(batchFirst ? 0 : 1).equal(batch);
        state.get(batchFirst ? 1 : 0).equal(weights.get(0));
        if (recurrence != null && recurrence.size() == 3) {
          state.get(2).equal(recurrence.get(2));
        }
      }
    }
    List<Size> lengths = values.get(node.input(4));
    if (lengths != null && lengths.size() == 1) {
      lengths.getFirst().equal(batch);
    }
    return null;
  }

  private static @Nullable List<Size> transposed(List<Size> shape, @Nullable List<Long> order) {
    if (order == null || order.isEmpty()) {
      List<Size> reversed = new ArrayList<>(shape);
      Collections.reverse(reversed);
      return reversed;
    }
    List<Size> moved = new ArrayList<>();
    for (long from : order) {
      if (from < 0 || from >= shape.size()) {
        return null;
      }
      moved.add(shape.get((int) from));
    }
    return moved;
  }

  private @Nullable List<Long> axes(Node node) {
    List<Long> axes = numbers(node, "axes");
    if (axes.isEmpty()) {
      Constant constant = constants.get(node.input(1));
      axes = constant == null ? List.of() : GraphFlow.whole(constant);
    }
    return axes.isEmpty() ? null : axes;
  }

  private static @Nullable List<Size> unsqueezed(List<Size> shape, @Nullable List<Long> axes) {
    if (axes == null) {
      return null;
    }
    int rank = shape.size() + axes.size();
    Set<Long> at = new TreeSet<>();
    axes.forEach(axis -> at.add(axis < 0 ? axis + rank : axis));
    List<Size> more = new ArrayList<>(shape);
    for (long axis : at) {
      if (axis < 0 || axis > more.size()) {
        return null;
      }
      more.add((int) axis, Size.of(1));
    }
    return more;
  }

  private static @Nullable List<Size> squeezed(List<Size> shape, @Nullable List<Long> axes) {
    if (axes == null) {
      return null;
    }
    List<Size> less = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      if (axes.contains((long) i) || axes.contains((long) i - shape.size())) {
        shape.get(i).equal(Size.of(1));
      } else {
        less.add(shape.get(i));
      }
    }
    return less;
  }

  private @Nullable List<Size> concat(Node node, List<Size> first) {
    long axis = node.whole("axis", 0);
    int at = (int) (axis < 0 ? axis + first.size() : axis);
    for (String name : node.inputs()) {
      List<Size> shape = values.get(name);
      if (shape == null || shape.size() != first.size()) {
        continue;
      }
      for (int i = 0; i < shape.size(); i++) {
        if (i != at) {
          shape.get(i).equal(first.get(i));
        }
      }
    }
    if (at < 0 || at >= first.size()) {
      return null;
    }
    List<Size> shape = new ArrayList<>(first);
    shape.set(at, Size.free());
    return shape;
  }
}
