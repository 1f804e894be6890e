package io.slipway.onnx.rows;

import io.slipway.onnx.graph.ElementwiseOperators;
import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Operators that compute each element of the output from the elements at the same position, with
/// NumPy's broadcasting.
final class Elementwise {
  private static final Set<String> FUSED =
      Set.of("Gelu", "QuickGelu", "BiasGelu", "FastGelu", "BiasAdd");

  private Elementwise() {}

  static void addTo(Map<String, Rule> rules) {
    ElementwiseOperators.UNARY.forEach(name -> rules.put(name, Elementwise::broadcast));
    ElementwiseOperators.BROADCASTING.forEach(name -> rules.put(name, Elementwise::broadcast));
    FUSED.forEach(name -> rules.put("com.microsoft." + name, Elementwise::broadcast));
    rules.put("CastLike", place -> List.of(first(place)));
    rules.put("Dropout", Elementwise::dropout);
    rules.put("QuantizeLinear", Elementwise::quantize);
    rules.put("DequantizeLinear", Elementwise::quantize);
    rules.put("com.microsoft.QuantizeLinear", Elementwise::quantize);
    rules.put("com.microsoft.DequantizeLinear", Elementwise::quantize);
    for (String name : List.of("QLinearAdd", "QLinearMul")) {
      rules.put("com.microsoft." + name, place -> quantized(place, List.of(0, 3)));
    }
    for (String name : List.of("QLinearSigmoid", "QLinearLeakyRelu")) {
      rules.put("com.microsoft." + name, place -> quantized(place, List.of(0)));
    }
  }

  private static Known first(Place place) {
    Known x = place.any(0);
    return x.counted() && x.content() == null ? Known.count(x.shape()) : x;
  }

  private static List<Flow> broadcast(Place place) {
    List<Known> all = new ArrayList<>();
    for (int i = 0; i < place.inputs().size(); i++) {
      if (place.has(i)) {
        all.add(place.any(i));
      }
    }
    if (all.isEmpty()) {
      throw place.undecided("has no input");
    }
    if (all.stream().noneMatch(Known::hasRows)) {
      Known folded = Numbers.fold(place, all);
      if (folded != null) {
        return List.of(folded);
      }
      if (all.stream().anyMatch(Known::counted)) {
        return List.of(Known.count(null));
      }
    } else if (all.stream().anyMatch(Known::counted)) {
      throw place.mixes("uses the number of rows as a value");
    }
    if (place.attribute("broadcast") != null && all.size() == 2) {
      // Operator sets before 7 have an explicit axis for the alignment.
      long[] one = {1};
      boolean scalar = all.get(1).shape() != null && all.get(1).shape().isEmpty();
      if (!scalar && place.whole("broadcast", one[0]) != 0 && place.attribute("axis") != null) {
        throw place.undecided("broadcasts by an axis");
      }
    }
    return List.of(together(place, all));
  }

  /// The output from elements at the same position, of inputs that are not row counts.
  static Known together(Place place, List<Known> all) {
    List<Known> shaped = all.stream().filter(k -> !isOne(k)).toList();
    if (shaped.isEmpty()) {
      return all.stream()
          .max((a, b) -> Integer.compare(rank(a), rank(b)))
          .map(k -> Known.fixed(k.shape()))
          .orElseThrow();
    }
    if (shaped.size() == 1 && all.stream().allMatch(k -> rank(k) <= rank(shaped.getFirst()))) {
      return strip(shaped.getFirst());
    }
    if (shaped.stream().anyMatch(k -> k.shape() == null)) {
      if (shaped.stream().noneMatch(Known::hasRows)) {
        return Known.fixed(null);
      }
      // Values with a common origin have their rows in the same position.
      throw place.undecided("has an input of unknown shape");
    }
    return aligned(place, all);
  }

  private static Known strip(Known known) {
    return known.hasRows()
        ? Known.rows(known.shape(), known.axis(), known.outer())
        : Known.fixed(known.shape());
  }

  private static int rank(Known known) {
    return known.shape() == null ? Integer.MAX_VALUE : known.shape().size();
  }

  /// Whether it has a single element, in any number of dimensions.
  private static boolean isOne(Known known) {
    return known.shape() != null && known.shape().stream().allMatch(d -> d.is(1));
  }

  private static Known aligned(Place place, List<Known> all) {
    int rank = all.stream().mapToInt(Elementwise::rank).max().orElse(0);
    List<Dim> shape = new ArrayList<>();
    int axis = -1;
    Dim outer = Dim.ONE;
    for (int at = 0; at < rank; at++) {
      Known rows = null;
      Set<Dim> others = new HashSet<>();
      for (Known known : all) {
        int own = at - rank + rank(known);
        if (own < 0) {
          continue;
        }
        Dim dim = Objects.requireNonNull(known.shape()).get(own);
        if (known.axis() != own) {
          others.add(dim);
        } else if (rows == null) {
          rows = known;
          axis = axis < 0 ? at : mixed(place);
          outer = known.outer();
          shape.add(dim);
        } else if (!dim.equals(shape.getLast()) || !outer.equals(known.outer())) {
          throw place.undecided("has rows of two sizes");
        }
      }
      others.remove(Dim.ONE);
      if (rows == null) {
        shape.add(common(place, others));
      } else if (!others.isEmpty()) {
        throw place.mixes("meets the rows with " + others.iterator().next() + " other values");
      }
    }
    return axis < 0 ? Known.fixed(shape) : Known.rows(shape, axis, outer);
  }

  private static int mixed(Place place) {
    throw place.mixes("combines every row with every other");
  }

  private static Dim common(Place place, Set<Dim> others) {
    if (others.isEmpty()) {
      return Dim.ONE;
    }
    if (others.size() == 1) {
      return others.iterator().next();
    }
    // Of two sizes that broadcast, one is the other or 1: the smaller one adds nothing.
    Set<Dim> left = new HashSet<>(others);
    left.removeIf(dim -> others.stream().anyMatch(other -> place.symbols().atMost(dim, other)));
    if (left.size() == 1) {
      return left.iterator().next();
    }
    return others.stream()
        .filter(Dim::known)
        .findFirst()
        .orElseGet(
            () -> place.symbols().of("max" + others.stream().map(Dim::toString).sorted().toList()));
  }

  private static List<Flow> dropout(Place place) {
    if (place.has(2)) {
      Known training = place.any(2);
      List<@Nullable Dim> content = training.content();
      Dim flag = content == null || content.isEmpty() ? null : content.getFirst();
      if (flag == null || !flag.is(0)) {
        throw place.mixes("draws random numbers");
      }
    } else if (place.opset() < 7 && place.whole("is_test", 0) == 0) {
      throw place.mixes("draws random numbers");
    }
    Known x = strip(place.data(0));
    return List.of(x, x);
  }

  private static List<Flow> quantize(Place place) {
    Known x = place.data(0);
    for (int i = 1; i < 3; i++) {
      if (place.has(i)) {
        Known parameter = place.fixed(i);
        if (x.hasRows() && !isOne(parameter)) {
          List<Dim> shape = place.shape(x);
          List<Dim> own = place.shape(parameter);
          int axis = place.axis(place.whole("axis", 1), shape.size());
          if (own.size() > 1 || axis == x.axis()) {
            throw place.mixes("has a scale for each place of the rows");
          }
        }
      }
    }
    return List.of(strip(x));
  }

  /// Quantised operands, each followed by its scale and its zero point.
  private static List<Flow> quantized(Place place, List<Integer> operands) {
    List<Known> all = new ArrayList<>();
    for (int operand : operands) {
      all.add(place.data(operand));
    }
    for (int i = 0; i < place.inputs().size(); i++) {
      if (place.has(i) && !operands.contains(i)) {
        place.fixed(i);
      }
    }
    return List.of(together(place, all));
  }
}
