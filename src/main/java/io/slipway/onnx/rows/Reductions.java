package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Operators that compute along some dimensions: sums, maxima, softmax, normalisations, sorting.
/// Rows stay independent where their dimension is not one of these.
final class Reductions {
  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare");

  private Reductions() {}

  static void addTo(Map<String, Rule> rules) {
    REDUCTIONS.forEach(name -> rules.put(name, Reductions::reduce));
    for (String name : List.of("ArgMax", "ArgMin")) {
      rules.put(name, place -> List.of(without(place, place.data(0), Set.of(only(place, 0)))));
    }
    for (String name : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      rules.put(name, place -> List.of(softmax(place)));
    }
    rules.put("LpNormalization", place -> List.of(along(place, only(place, -1))));
    rules.put("CumSum", Reductions::cumulative);
    rules.put("TopK", Reductions::top);
    for (String name :
        List.of("LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization")) {
      rules.put(name, Reductions::layer);
    }
    for (String name : List.of("LayerNormalization", "SimplifiedLayerNormalization")) {
      rules.put("com.microsoft." + name, Reductions::layer);
    }
    rules.put("MeanVarianceNormalization", Reductions::meanVariance);
    rules.put("NonZero", place -> whole(place, "lists positions over all rows"));
    rules.put("Unique", place -> whole(place, "compares every row with every other"));
    rules.put("Det", Reductions::matrices);
    rules.put("DFT", Reductions::fourier);
  }

  private static List<Flow> whole(Place place, String why) {
    Known x = place.data(0);
    if (x.hasRows()) {
      throw place.mixes(why);
    }
    return place.allFixed();
  }

  private static int only(Place place, long otherwise) {
    Known x = place.data(0);
    return place.axis(place.whole("axis", otherwise), x.hasRows() ? place.shape(x).size() : 64);
  }

  private static List<Flow> reduce(Place place) {
    Known x = place.any(0);
    if (x.counted()) {
      return List.of(Known.count(null));
    }
    if (!x.hasRows()) {
      if (place.has(1)) {
        place.fixed(1);
      }
      return List.of(x.shape() == null ? Known.fixed(null) : reduced(place, x));
    }
    return List.of(reduced(place, x));
  }

  private static Known reduced(Place place, Known x) {
    List<Dim> shape = place.shape(x);
    long[] axes = place.numbers("axes", 1);
    if (axes == null || axes.length == 0) {
      if (place.whole("noop_with_empty_axes", 0) != 0) {
        return x.shaped(shape);
      }
      axes = IntStream.range(0, shape.size()).mapToLong(i -> i).toArray();
    }
    return without(place, x, Set.copyOf(place.axes(axes, shape.size())));
  }

  private static Known without(Place place, Known x, Set<Integer> axes) {
    if (x.shape() == null && !x.hasRows()) {
      return Known.fixed(null);
    }
    if (axes.contains(x.axis())) {
      throw place.mixes("computes one value from all rows");
    }
    boolean keep = place.whole("keepdims", 1) != 0;
    List<Dim> shape = new ArrayList<>();
    int axis = -1;
    for (int i = 0; i < place.shape(x).size(); i++) {
      axis = i == x.axis() ? shape.size() : axis;
      if (!axes.contains(i)) {
        shape.add(place.shape(x).get(i));
      } else if (keep) {
        shape.add(Dim.ONE);
      }
    }
    return axis < 0 ? Known.fixed(shape) : Known.rows(shape, axis, x.outer());
  }

  private static Known along(Place place, int axis) {
    Known x = place.data(0);
    if (axis == x.axis()) {
      throw place.mixes("computes along the rows");
    }
    return x.shaped(x.shape());
  }

  private static Known softmax(Place place) {
    Known x = place.data(0);
    if (!x.hasRows()) {
      return Known.fixed(x.shape());
    }
    if (place.opset() >= 13) {
      return along(place, only(place, -1));
    }
    // In earlier versions all dimensions from the axis on form one list.
    if (only(place, 1) <= x.axis()) {
      throw place.mixes("computes along the rows");
    }
    return x;
  }

  private static List<Flow> cumulative(Place place) {
    Known x = place.data(0);
    if (!x.hasRows()) {
      place.fixed(1);
      return List.of(Known.fixed(x.shape()));
    }
    long[] axis = place.numbers("axis", 1);
    if (axis == null || axis.length != 1) {
      throw place.undecided("computes its axis");
    }
    return List.of(along(place, place.axis(axis[0], place.shape(x).size())));
  }

  private static List<Flow> top(Place place) {
    Known x = place.data(0);
    if (place.has(1)) {
      place.fixed(1);
    }
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x, x);
    }
    int axis = place.axis(place.whole("axis", -1), place.shape(x).size());
    if (axis == x.axis()) {
      throw place.mixes("sorts the rows");
    }
    List<Dim> shape = new ArrayList<>(place.shape(x));
    List<@Nullable Dim> many = place.has(1) ? place.any(1).content() : null;
    Dim size = many == null ? null : many.getFirst();
    if (!place.has(1)) {
      size = Dim.of(place.whole("k", 1));
    }
    shape.set(axis, size != null ? size : place.symbols().fresh());
    return List.of(x.shaped(shape), x.shaped(shape));
  }

  private static List<Flow> layer(Place place) {
    Known x = place.data(0);
    if (x.hasRows()) {
      List<Dim> shape = place.shape(x);
      int from = place.axis(place.whole("axis", -1), shape.size());
      if (x.axis() >= from) {
        throw place.mixes("normalises over the rows");
      }
      // Scale and bias have the normalised dimensions, or are broadcast.
      List<Known> all = new ArrayList<>(List.of(x));
      for (int i = 1; i < place.inputs().size(); i++) {
        if (place.has(i)) {
          all.add(place.data(i));
        }
      }
      Known y = Elementwise.together(place, all);
      List<Dim> means = new ArrayList<>(shape.subList(0, from));
      shape.subList(from, shape.size()).forEach(_ -> means.add(Dim.ONE));
      return List.of(y, x.shaped(means), x.shaped(means));
    }
    return place.allFixed();
  }

  private static List<Flow> meanVariance(Place place) {
    Known x = place.data(0);
    long[] axes = place.list("axes");
    if (x.hasRows()) {
      int rank = place.shape(x).size();
      if (place.axes(axes == null ? new long[] {0, 2, 3} : axes, rank).contains(x.axis())) {
        throw place.mixes("normalises over the rows");
      }
    }
    return List.of(x);
  }

  /// Operators for which the last two dimensions are matrices.
  private static List<Flow> matrices(Place place) {
    Known x = place.data(0);
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x);
    }
    List<Dim> shape = place.shape(x);
    if (x.axis() >= shape.size() - 2) {
      throw place.mixes("treats the rows as a matrix");
    }
    return List.of(x.shaped(shape.subList(0, shape.size() - 2)));
  }

  private static List<Flow> fourier(Place place) {
    Known x = place.data(0);
    for (int i = 1; i < 3; i++) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    if (!x.hasRows()) {
      return List.of(Known.fixed(null));
    }
    List<Dim> shape = new ArrayList<>(place.shape(x));
    long[] given = place.opset() >= 20 ? place.numbers("axis", 2) : null;
    Attribute attribute = place.attribute("axis");
    long named = attribute == null ? place.opset() >= 20 ? -2 : 1 : attribute.whole();
    int axis = place.axis(given != null ? given[0] : named, shape.size());
    if (axis == x.axis() || x.axis() == shape.size() - 1) {
      throw place.mixes("computes along the rows");
    }
    shape.set(axis, place.symbols().fresh());
    shape.set(shape.size() - 1, place.symbols().fresh());
    return List.of(x.shaped(shape));
  }
}
