package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Operators that combine several others, mostly for transformers, and those that always mix rows.
final class Fused {
  private static final String MS = "com.microsoft.";

  private Fused() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put(MS + "SkipLayerNormalization", place -> skipped(place, 2));
    rules.put(MS + "SkipSimplifiedLayerNormalization", place -> skipped(place, 2));
    rules.put(MS + "EmbedLayerNormalization", Fused::embedded);
    rules.put(MS + "Attention", Fused::attention);
    rules.put(MS + "MultiHeadAttention", Fused::heads);
    for (String name : List.of("RandomNormal", "RandomUniform", "RandomNormalLike")) {
      rules.put(name, Fused::random);
    }
    for (String name : List.of("RandomUniformLike", "Multinomial", "Bernoulli")) {
      rules.put(name, Fused::random);
    }
    rules.put("DynamicQuantizeLinear", place -> scaled(place, Set.of(0)));
    rules.put(MS + "DynamicQuantizeMatMul", place -> scaled(place, Set.of(0)));
    rules.put(MS + "DynamicQuantizeLSTM", place -> scaled(place, Set.of(0)));
    rules.put("NonMaxSuppression", place -> scaled(place, Set.of(0, 1)));
  }

  private static List<Flow> random(Place place) {
    throw place.mixes("draws random numbers");
  }

  private static List<Flow> scaled(Place place, Set<Integer> inputs) {
    boolean rows = inputs.stream().anyMatch(i -> place.has(i) && place.data(i).hasRows());
    if (rows) {
      throw place.mixes(
          place.node().operator().startsWith("Dynamic")
              ? "takes its scale from all rows"
              : "lists positions over all rows");
    }
    return place.allFixed();
  }

  private static List<Flow> skipped(Place place, int operands) {
    List<Known> all = new ArrayList<>();
    for (int i = 0; i < operands; i++) {
      all.add(place.data(i));
    }
    for (int i = operands; i < place.inputs().size(); i++) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    Known y = Elementwise.together(place, all);
    if (y.hasRows() && y.axis() >= place.shape(y).size() - 1) {
      throw place.mixes("normalises over the rows");
    }
    return List.of(y, y, y, y);
  }

  private static List<Flow> embedded(Place place) {
    Known ids = place.data(0);
    for (int i = 1; i < place.inputs().size(); i++) {
      if (place.has(i)) {
        Known other = place.data(i);
        boolean own = i == 1 || i == 7 || i == 8;
        if (own ? other.axis() != ids.axis() && other.hasRows() : other.hasRows()) {
          throw place.undecided("looks up embeddings by values of other rows");
        }
      }
    }
    List<Dim> shape = place.shape(ids);
    if (!ids.hasRows()) {
      return place.allFixed();
    }
    if (ids.axis() != 0 || shape.size() != 2) {
      throw place.mixes("treats the rows as positions of one row");
    }
    List<Dim> embedded = List.of(shape.get(0), shape.get(1), place.symbols().fresh());
    return List.of(
        ids.shaped(embedded), ids.shaped(List.of(shape.getFirst())), ids.shaped(embedded));
  }

  /// Attention treats each entry of the first dimension alone; weights are parameters.
  private static List<Flow> attention(Place place) {
    Known x = first(place, 0);
    for (int i : new int[] {1, 2, 7}) {
      if (place.has(i)) {
        place.fixed(i);
      }
    }
    if (place.has(3)) {
      first(place, 3);
    }
    for (int i : new int[] {4, 5, 6}) {
      if (place.has(i)) {
        throw place.undecided("has inputs that are not known here");
      }
    }
    if (!x.hasRows()) {
      return place.allFixed();
    }
    List<Dim> shape = place.shape(x);
    return List.of(x.shaped(List.of(shape.get(0), shape.get(1), place.symbols().fresh())));
  }

  private static List<Flow> heads(Place place) {
    Known query = first(place, 0);
    boolean rows = query.hasRows();
    for (int i = 1; i < place.inputs().size(); i++) {
      if (!place.has(i)) {
        continue;
      }
      switch (i) {
        case 1, 2, 4 -> rows |= first(place, i).hasRows();
        case 3 -> place.fixed(i);
        default -> throw place.undecided("has inputs that are not known here");
      }
    }
    if (!rows) {
      return place.allFixed();
    }
    List<Dim> shape = place.shape(query);
    if (shape.size() != 3 || !query.hasRows()) {
      throw place.undecided("has packed inputs");
    }
    return List.of(query.shaped(List.of(shape.get(0), shape.get(1), place.symbols().fresh())));
  }

  /// An input with its rows in the first dimension, without repetition.
  private static Known first(Place place, int index) {
    Known x = place.data(index);
    if (x.hasRows()
        && (x.axis() != 0 || !x.outer().is(1) || !place.shape(x).getFirst().equals(Dim.ROWS))) {
      throw place.undecided("does not have its rows in the first dimension");
    }
    return x;
  }
}
