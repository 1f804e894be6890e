package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arithmetic on sizes within a graph, as exporters write it between `Shape` and `Reshape`.
final class Numbers {
  private Numbers() {}

  /// The elements of an elementwise node whose inputs have known elements; null where they cannot
  /// be computed.
  static @Nullable Known fold(Place place, List<Known> inputs) {
    int length = 1;
    boolean scalar = true;
    for (Known input : inputs) {
      if (input.content() == null || input.shape() == null || input.shape().size() > 1) {
        return null;
      }
      int own = input.content().size();
      if (own != 1 && length != 1 && own != length) {
        return null;
      }
      length = own == 1 ? length : own;
      scalar &= input.shape().isEmpty();
    }
    List<@Nullable Dim> result = new ArrayList<>();
    boolean counted = inputs.stream().anyMatch(Known::counted);
    boolean lost = false;
    for (int i = 0; i < length; i++) {
      List<@Nullable Dim> operands = new ArrayList<>();
      for (Known input : inputs) {
        List<@Nullable Dim> content = input.content();
        operands.add(content == null ? null : content.get(content.size() == 1 ? 0 : i));
      }
      Dim made = one(place, operands);
      lost |= made == null;
      result.add(made);
    }
    Known numbers = Known.numbers(result, scalar);
    // An unknown element may depend on the number of rows.
    return lost && counted
        ? new Known(numbers.shape(), -1, Dim.ONE, numbers.content(), true)
        : numbers;
  }

  private static @Nullable Dim one(Place place, List<@Nullable Dim> of) {
    String operator = place.node().operator();
    if (operator.equals("Where")) {
      return where(of);
    }
    if (of.contains(null)) {
      return null;
    }
    Dim a = of.getFirst();
    Dim b = of.size() > 1 ? of.get(1) : null;
    if (a == null) {
      return null;
    }
    return switch (operator) {
      case "Identity", "Floor", "Ceil", "Round" -> a;
      case "Cast" -> place.whole("to", 0) == 9 ? bool(different(a, Dim.of(0))) : a;
      case "Neg" -> a.times(Dim.of(-1));
      case "Abs" -> a.known() ? Dim.of(Math.abs(a.factor())) : a.factor() > 0 ? a : null;
      case "Not" -> a.known() ? bool(a.factor() == 0) : null;
      default -> b == null || of.size() > 2 ? null : two(place, operator, a, b);
    };
  }

  private static @Nullable Dim where(List<@Nullable Dim> of) {
    Dim condition = of.getFirst();
    Dim yes = of.get(1);
    Dim no = of.get(2);
    if (condition != null && condition.known()) {
      return condition.factor() != 0 ? yes : no;
    }
    return yes != null && yes.equals(no) ? yes : null;
  }

  private static @Nullable Dim two(Place place, String operator, Dim a, Dim b) {
    boolean known = a.known() && b.known();
    return switch (operator) {
      case "Mul" -> a.times(b);
      case "Add" -> a.is(0) ? b : b.is(0) ? a : sum(place, a, b);
      case "Sub" -> difference(a, b);
      // An inexact division depends on the type, which is unknown here.
      case "Div" -> a.over(b);
      case "Equal" -> {
        Boolean different = different(a, b);
        yield different == null ? null : bool(!different);
      }
      case "Greater" -> known ? bool(a.factor() > b.factor()) : null;
      case "Less" -> known ? bool(a.factor() < b.factor()) : null;
      case "GreaterOrEqual" -> known ? bool(a.factor() >= b.factor()) : null;
      case "LessOrEqual" -> known ? bool(a.factor() <= b.factor()) : null;
      case "Max" -> known ? Dim.of(Math.max(a.factor(), b.factor())) : unknown(place, a, b);
      case "Min" -> known ? Dim.of(Math.min(a.factor(), b.factor())) : unknown(place, a, b);
      case "Mod" ->
          known && a.factor() >= 0 && b.factor() > 0
              ? Dim.of(a.factor() % b.factor())
              : unknown(place, a, b);
      case "And" -> known ? bool(a.factor() != 0 && b.factor() != 0) : null;
      case "Or" -> known ? bool(a.factor() != 0 || b.factor() != 0) : null;
      default -> null;
    };
  }

  private static @Nullable Dim sum(Place place, Dim a, Dim b) {
    if (a.known() && b.known() || alike(a, b)) {
      return new Dim(a.factor() + b.factor(), a.rows(), a.symbols());
    }
    return unknown(place, a, b);
  }

  private static @Nullable Dim difference(Dim a, Dim b) {
    if (b.is(0)) {
      return a;
    }
    return a.known() && b.known() || alike(a, b) && a.factor() > b.factor()
        ? new Dim(a.factor() - b.factor(), a.rows(), a.symbols())
        : null;
  }

  private static boolean alike(Dim a, Dim b) {
    return a.symbols().equals(b.symbols()) && a.rows() == b.rows();
  }

  /// A new symbol where the number of rows does not occur, as the result is then equal in all runs.
  private static @Nullable Dim unknown(Place place, Dim a, Dim b) {
    return a.rows() || b.rows() ? null : place.made(a, b);
  }

  /// Whether two numbers are certainly different (true) or certainly equal (false); null where
  /// neither is certain. Sizes are not negative, and there is at least one row.
  private static @Nullable Boolean different(Dim a, Dim b) {
    if (a.equals(b)) {
      return false;
    }
    if (a.known() && b.known()) {
      return true;
    }
    Dim size = a.known() ? b : a;
    Dim number = a.known() ? a : b;
    boolean negative = number.known() && number.factor() < 0 && size.factor() > 0;
    boolean none = number.is(0) && size.equals(Dim.ROWS);
    return negative || none ? true : null;
  }

  private static @Nullable Dim bool(@Nullable Boolean value) {
    return value == null ? null : Dim.of(value ? 1 : 0);
  }
}
