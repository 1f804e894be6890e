package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Matrix products: rows stay independent where their dimension is not summed over, and rows are
/// not multiplied with each other.
final class Products {
  private Products() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("MatMul", place -> List.of(product(place, place.data(0), place.data(1))));
    rules.put("Gemm", Products::gemm);
    rules.put("MatMulInteger", place -> integers(place, 0, 1));
    rules.put("com.microsoft.MatMulInteger16", place -> integers(place, 0, 1));
    rules.put("QLinearMatMul", place -> integers(place, 0, 3));
    rules.put("com.microsoft.MatMulNBits", Products::packed);
    rules.put("com.microsoft.CDist", Products::distances);
    rules.put("Einsum", Products::einsum);
  }

  /// Products of quantised operands, whose scales and zero points are parameters.
  private static List<Flow> integers(Place place, int left, int right) {
    for (int i = 0; i < place.inputs().size(); i++) {
      if (i != left && i != right && place.has(i)) {
        Known parameter = place.fixed(i);
        boolean single = place.shape(parameter).stream().allMatch(d -> d.is(1));
        boolean ofLeft = left == 0 && right == 1 ? i == 2 : i < right;
        if (!single && ofLeft) {
          throw place.mixes("has a scale per position of a row");
        }
      }
    }
    return List.of(product(place, place.data(left), place.data(right)));
  }

  static Known product(Place place, Known a, Known b) {
    if (!a.hasRows() && !b.hasRows() && (a.shape() == null || b.shape() == null)) {
      return Known.fixed(null);
    }
    // A list whose last dimension is the rows, or a scalar, is summed over.
    List<Dim> left = place.shape(a);
    List<Dim> right = place.shape(b);
    if (left.isEmpty() || right.isEmpty()) {
      throw place.undecided("multiplies a scalar");
    }
    if (a.axis() == left.size() - 1 || b.axis() == Math.max(0, right.size() - 2)) {
      throw place.mixes("sums over the rows");
    }
    boolean ofRows = a.axis() >= 0 && a.axis() == left.size() - 2;
    boolean ofColumns = b.axis() >= 0 && b.axis() == right.size() - 1;
    if (ofRows && b.hasRows() || ofColumns && a.hasRows()) {
      throw place.mixes("multiplies every row with every other");
    }
    // The dimensions before the last two are broadcast.
    Known heads =
        Elementwise.together(place, List.of(head(a, left, ofRows), head(b, right, ofColumns)));
    List<Dim> shape = new ArrayList<>(place.shape(heads));
    int axis = heads.axis();
    Dim outer = heads.outer();
    if (left.size() > 1) {
      if (ofRows) {
        axis = shape.size();
        outer = a.outer();
      }
      shape.add(left.get(left.size() - 2));
    }
    if (right.size() > 1) {
      if (ofColumns) {
        axis = shape.size();
        outer = b.outer();
      }
      shape.add(right.getLast());
    }
    return axis < 0 ? Known.fixed(shape) : Known.rows(shape, axis, outer);
  }

  private static Known head(Known known, List<Dim> shape, boolean inside) {
    List<Dim> head = shape.subList(0, Math.max(0, shape.size() - 2));
    return known.hasRows() && !inside
        ? Known.rows(head, known.axis(), known.outer())
        : Known.fixed(head);
  }

  private static List<Flow> gemm(Place place) {
    Known a = turned(place, place.data(0), place.whole("transA", 0) != 0);
    Known b = turned(place, place.data(1), place.whole("transB", 0) != 0);
    Known product = product(place, a, b);
    if (!place.has(2)) {
      return List.of(product);
    }
    return List.of(Elementwise.together(place, List.of(product, place.data(2))));
  }

  private static Known turned(Place place, Known matrix, boolean turn) {
    if (!turn) {
      return matrix;
    }
    if (matrix.shape() == null && !matrix.hasRows()) {
      return matrix;
    }
    return Layout.transposed(place, matrix, new long[] {1, 0});
  }

  /// Weights packed into few bits, which are unpacked at run time.
  private static List<Flow> packed(Place place) {
    Known a = place.data(0);
    for (int i = 1; i < place.inputs().size(); i++) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    List<Dim> shape = new ArrayList<>(place.shape(a));
    if (shape.size() < 2 || a.axis() == shape.size() - 1) {
      throw place.mixes("sums over the rows");
    }
    shape.set(shape.size() - 1, Dim.of(place.whole("N", 0)));
    return List.of(a.shaped(shape));
  }

  /// Distances between each vector of the first list and each of the second.
  private static List<Flow> distances(Place place) {
    Known a = place.data(0);
    Known b = place.data(1);
    if (a.hasRows() && b.hasRows() || a.axis() == 1 || b.axis() == 1) {
      throw place.mixes("compares every row with every other");
    }
    List<Dim> shape = List.of(place.shape(a).getFirst(), place.shape(b).getFirst());
    return List.of(
        a.hasRows()
            ? Known.rows(shape, 0, a.outer())
            : b.hasRows() ? Known.rows(shape, 1, b.outer()) : Known.fixed(shape));
  }

  private static List<Flow> einsum(Place place) {
    String equation = place.text("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    if (arrow < 0 || equation.contains("...")) {
      throw place.undecided("has the equation " + equation);
    }
    String[] operands = equation.substring(0, arrow).split(",", -1);
    String result = equation.substring(arrow + 2);
    char letter = 0;
    Dim outer = Dim.ONE;
    @Nullable Dim[] sizes = new @Nullable Dim[128];
    for (int i = 0; i < operands.length; i++) {
      Known known = place.data(i);
      List<Dim> shape = place.shape(known);
      if (shape.size() != operands[i].length() || !operands[i].chars().allMatch(c -> c < 128)) {
        throw place.undecided("has the equation " + equation);
      }
      for (int at = 0; at < shape.size(); at++) {
        char own = operands[i].charAt(at);
        if (sizes[own] == null || sizes[own].is(1)) {
          sizes[own] = shape.get(at);
        }
        if (at == known.axis()) {
          if (letter != 0 && letter != own
              || operands[i].indexOf(own) != operands[i].lastIndexOf(own)) {
            throw place.mixes("multiplies every row with every other");
          }
          letter = own;
          outer = known.outer();
        }
      }
    }
    for (int i = 0; i < operands.length && letter != 0; i++) {
      Known known = place.data(i);
      int at = operands[i].indexOf(letter);
      if (at >= 0
          && (known.axis() != at
              || !place.shape(known).get(at).equals(sizes[letter])
              || !known.outer().equals(outer))) {
        throw place.mixes("combines the rows with other values");
      }
    }
    if (letter != 0 && result.indexOf(letter) < 0) {
      throw place.mixes("sums over the rows");
    }
    List<Dim> shape = new ArrayList<>();
    for (char own : result.toCharArray()) {
      Dim size = own < 128 ? sizes[own] : null;
      shape.add(size == null ? place.symbols().fresh() : size);
    }
    return List.of(
        letter == 0 ? Known.fixed(shape) : Known.rows(shape, result.indexOf(letter), outer));
  }
}
