package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.GraphFlow;
import io.slipway.onnx.graph.GraphFlow.Constant;
import io.slipway.onnx.graph.GraphFlow.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a graph's operators ask of the free dimensions of its inputs: that two are equal, that one
/// is as large as a weight, or at least as large as a kernel. Followed from the inputs as far as
/// operators keep dimensions as they are; where that ends, nothing is asked.
///
/// A guide for the search, not a judge: what is not found here is searched for.
final class ShapeRules {
  /// The most numbers of the graph that dimensions are tried with.
  private static final int MOST_HINTS = 12;

  private static final long LARGEST_HINT = 4096;

  private static final Set<String> SAME_SHAPE =
      Set.of(
          "Abs",
          "BatchNormalization",
          "Cast",
          "Ceil",
          "Clip",
          "Cos",
          "Dropout",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "InstanceNormalization",
          "IsNaN",
          "LayerNormalization",
          "LeakyRelu",
          "Log",
          "LogSoftmax",
          "Mish",
          "Neg",
          "Not",
          "Reciprocal",
          "Relu",
          "Round",
          "Selu",
          "Sigmoid",
          "Sign",
          "Sin",
          "Softmax",
          "Softplus",
          "Sqrt",
          "Tanh");

  private static final Set<String> BROADCASTING =
      Set.of(
          "Add",
          "And",
          "Div",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Max",
          "Min",
          "Mod",
          "Mul",
          "Or",
          "PRelu",
          "Pow",
          "Sub",
          "Sum",
          "Where",
          "Xor");

  /// A dimension of a value somewhere in the graph; those that are equal have one root.
  private static final class Size {
    private @Nullable Size root;
    private long fixed = -1;
    private long least;

    static Size of(long fixed) {
      Size size = new Size();
      size.fixed = fixed;
      return size;
    }

    Size root() {
      Size at = this;
      for (Size up = at.root; up != null; up = at.root) {
        at = up;
      }
      return at;
    }

    /// Makes both equal; where both are fixed already, nothing can be done.
    void equal(Size other) {
      Size a = root();
      Size b = other.root();
      if (a == b || a.fixed >= 0 && b.fixed >= 0) {
        return;
      }
      Size keep = a.fixed >= 0 ? a : b;
      Size gone = keep == a ? b : a;
      keep.least = Math.max(keep.least, gone.least);
      gone.root = keep;
    }
  }

  private final GraphFlow flow;
  private final Map<String, Size> variables = new LinkedHashMap<>();
  private final Map<String, List<Size>> values = new HashMap<>();
  private final Set<Long> hints = new TreeSet<>();

  private ShapeRules(GraphFlow flow) {
    this.flow = flow;
  }

  static ShapeRules of(GraphFlow flow, Map<String, List<Dimension>> inputs) {
    ShapeRules rules = new ShapeRules(flow);
    for (Node node : flow.nodes()) {
      node.numbers().values().forEach(numbers -> numbers.forEach(rules::hint));
    }
    flow.constants().forEach(rules::constant);
    inputs.forEach(
        (name, shape) -> rules.values.put(name, shape.stream().map(rules::size).toList()));
    flow.nodes().forEach(rules::node);
    return rules;
  }

  /// The size that `variable` should have where `wanted` is as good as any.
  long size(String variable, long wanted) {
    Size size = variables.get(variable);
    if (size == null) {
      return wanted;
    }
    Size root = size.root();
    return root.fixed >= 0 ? root.fixed : Math.max(wanted, root.least);
  }

  /// The first of the variables that must be as large as `variable`; itself where there is none.
  String leader(String variable) {
    Size size = variables.get(variable);
    if (size == null) {
      return variable;
    }
    return variables.entrySet().stream()
        .filter(other -> other.getValue().root() == size.root())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(variable);
  }

  /// Numbers of the graph that may be sizes.
  Set<Long> hints() {
    return hints;
  }

  private Size size(Dimension dimension) {
    return switch (dimension) {
      case Dimension.Fixed(long size) -> Size.of(size);
      case Dimension.Variable(String name) ->
          variables.computeIfAbsent(name, variable -> new Size());
      case Dimension.Sum _ -> new Size();
    };
  }

  private void constant(String name, Constant constant) {
    values.put(name, constant.shape().stream().map(Size::of).toList());
    constant.shape().forEach(this::hint);
    if (constant.whole() != null && constant.dtype().equals("int64")) {
      constant.whole().forEach(this::hint);
    }
  }

  private void hint(long number) {
    if (number > 1 && number <= LARGEST_HINT && hints.size() < MOST_HINTS) {
      hints.add(number);
    }
  }

  private void node(Node node) {
    if (node.outputs().isEmpty() || !node.domain().isEmpty()) {
      return;
    }
    List<Size> shape = shape(node);
    if (shape != null) {
      values.put(node.outputs().getFirst(), shape);
    }
  }

  /// The shape of the first output; null where it is not followed.
  private @Nullable List<Size> shape(Node node) {
    List<Size> first = values.get(node.input(0));
    if (BROADCASTING.contains(node.operator())) {
      return broadcast(node);
    }
    if (first == null) {
      return null;
    }
    if (SAME_SHAPE.contains(node.operator())) {
      return first;
    }
    return switch (node.operator()) {
      case "MatMul" -> product(first, values.get(node.input(1)));
      case "Gemm" -> gemm(node, first, values.get(node.input(1)));
      case "Conv" -> conv(node, first, values.get(node.input(1)));
      case "LSTM", "GRU", "RNN" -> recurrent(node, first);
      case "Transpose" -> transposed(first, node.numbers().get("perm"));
      case "Unsqueeze" -> unsqueezed(first, axes(node));
      case "Squeeze" -> squeezed(first, axes(node));
      case "Concat" -> concat(node, first);
      default -> null;
    };
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
        if (a.root().fixed == 1) {
          merged.set(longer.size() - i, b);
        } else if (b.root().fixed != 1) {
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
    int across = (int) node.number("transA", 0);
    int down = (int) node.number("transB", 0);
    a.get(across == 0 ? 1 : 0).equal(b.get(down == 0 ? 0 : 1));
    return List.of(a.get(across == 0 ? 0 : 1), b.get(down == 0 ? 1 : 0));
  }

  private static @Nullable List<Size> conv(Node node, List<Size> x, @Nullable List<Size> w) {
    if (w == null || w.size() != x.size() || x.size() < 3) {
      return null;
    }
    long channels = w.get(1).root().fixed;
    if (channels > 0) {
      x.get(1).equal(Size.of(channels * node.number("group", 1)));
    }
    List<Long> dilations = node.numbers().getOrDefault("dilations", List.of());
    List<Long> pads = node.numbers().getOrDefault("pads", List.of());
    List<Size> shape = new ArrayList<>(List.of(x.getFirst(), w.getFirst()));
    int spatial = x.size() - 2;
    for (int i = 0; i < spatial; i++) {
      long kernel = w.get(i + 2).root().fixed;
      long dilation = i < dilations.size() ? dilations.get(i) : 1;
      long padded = pads.size() == 2 * spatial ? pads.get(i) + pads.get(i + spatial) : 0;
      Size size = x.get(i + 2).root();
      size.least = Math.max(size.least, (kernel - 1) * dilation + 1 - padded);
      shape.add(new Size());
    }
    return shape;
  }

  private @Nullable List<Size> recurrent(Node node, List<Size> x) {
    List<Size> weights = values.get(node.input(1));
    List<Size> recurrence = values.get(node.input(2));
    if (x.size() != 3 || weights == null || weights.size() != 3) {
      return null;
    }
    boolean batchFirst = node.number("layout", 0) == 1;
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
    if (order == null) {
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
    List<Long> axes = node.numbers().get("axes");
    if (axes != null) {
      return axes;
    }
    Constant constant = flow.constants().get(node.input(1));
    return constant == null ? null : constant.whole();
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
    long axis = node.number("axis", 0);
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
    shape.set(at, new Size());
    return shape;
  }
}
