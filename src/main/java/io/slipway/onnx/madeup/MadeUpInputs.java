package io.slipway.onnx.madeup;

import io.slipway.onnx.graph.OnnxNodes;
import io.slipway.pipeline.frame.Graph.Port;
import io.slipway.pipeline.frame.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Generated inputs for one graph, as a limited sequence of [Plan]s: sizes for its free dimensions,
/// equal for equal names, and a fill for each input. The most likely plans come first; the sequence
/// is deterministic.
public final class MadeUpInputs {
  /// A frame of audio has 400 samples; images of many networks have at least 224 pixels per side.
  private static final List<Long> SIZES =
      List.of(1L, 2L, 3L, 4L, 8L, 32L, 224L, 512L, 1024L, 4096L, 16_000L);

  /// The sizes that are combined with unlikely fills, and with each other.
  private static final List<Long> FEW_SIZES = List.of(1L, 2L, 3L, 4L, 8L, 32L);

  /// The suffix of variables for dimensions without a name.
  private static final String UNNAMED = " (unnamed)";

  private static final int MOST_ALTERNATIVES = 64;
  private static final int MOST_AT_RANDOM = 200;
  private static final long SEED = 22;

  /// The limit for all inputs together, beyond what the graph itself fixes.
  private static final long MOST_ELEMENTS = 1L << 24;

  /// One choice of sizes and fills.
  ///
  /// @param sizes of the variables
  /// @param fills for each input the index of its fill
  public record Plan(Map<String, Long> sizes, Map<String, Integer> fills) {}

  private final Map<String, Port> inputs;
  private final Map<String, List<Dimension>> shapes = new LinkedHashMap<>();
  private final Map<String, List<Fill>> fills;
  private final Set<String> variables = new LinkedHashSet<>();

  /// Variables that are the first dimension of an input, or equal to one that is.
  private final Set<String> leading = new LinkedHashSet<>();

  /// Those of them that count rows: the first one, and those without a name of their own.
  private final Set<String> rows = new LinkedHashSet<>();

  private final ShapeRules rules;

  /// @param inputs the graph's, by name
  public MadeUpInputs(OnnxNodes model, Map<String, Port> inputs) {
    GraphFlow flow = GraphFlow.of(model);
    this.inputs = inputs;
    this.fills = Fills.of(flow, inputs);
    inputs.forEach((name, port) -> shapes.put(name, dimensions(name, port)));
    this.rules = ShapeRules.of(flow, shapes);
    Set<String> first = new LinkedHashSet<>();
    Set<String> counting = new LinkedHashSet<>();
    for (List<Dimension> dimensions : shapes.values()) {
      dimensions.forEach(dimension -> dimension.variables(variables));
      if (!dimensions.isEmpty() && dimensions.getFirst() instanceof Dimension.Variable(String n)) {
        first.add(rules.leader(n));
        boolean row = dimensions.size() > 1 || inputs.size() == 1;
        if (row && (counting.isEmpty() || n.endsWith(UNNAMED))) {
          counting.add(rules.leader(n));
        }
      }
    }
    for (String variable : variables) {
      if (first.contains(rules.leader(variable))) {
        leading.add(variable);
      }
      if (counting.contains(rules.leader(variable))) {
        rows.add(variable);
      }
    }
  }

  private static List<Dimension> dimensions(String name, Port port) {
    // An input without a declared number of dimensions gets one dimension.
    return port.ranked()
        ? IntStream.range(0, port.shape().size())
            .mapToObj(
                i ->
                    Dimension.of(
                        port.shape().get(i), port.symbols().get(i), i + " of " + name + UNNAMED))
            .toList()
        : List.of(new Dimension.Variable("0 of " + name + UNNAMED));
  }

  /// The plans to try, the most likely first, without duplicates.
  public Iterator<Plan> plans() {
    List<Map<String, Long>> sizes = sizes();
    Map<String, Integer> likeliest = new LinkedHashMap<>();
    inputs.keySet().forEach(name -> likeliest.put(name, 0));
    List<Map<String, Integer>> alternatives = alternatives(likeliest);
    Random random = new Random(SEED);
    return Stream.of(
            sizes.stream().map(s -> new Plan(s, likeliest)),
            sizes.stream()
                .limit(FEW_SIZES.size())
                .flatMap(s -> alternatives.stream().map(fill -> new Plan(s, fill))),
            Stream.generate(() -> random(random)).limit(MOST_AT_RANDOM))
        .flatMap(plans -> plans)
        .distinct()
        .iterator();
  }

  /// As [#plans], with `count` rows: the plan `found` first.
  public Iterator<Plan> withRows(Plan found, long count) {
    Stream<Plan> others = sizes().stream().map(sizes -> new Plan(sizes, found.fills()));
    return Stream.concat(Stream.of(found), others)
        .map(plan -> new Plan(with(rows, count, plan.sizes()), plan.fills()))
        .distinct()
        .iterator();
  }

  private Map<String, Long> with(Set<String> some, long size, Map<String, Long> sizes) {
    Map<String, Long> all = new LinkedHashMap<>(sizes);
    some.forEach(variable -> all.put(variable, rules.size(variable, size)));
    return all;
  }

  /// Whether the graph declares a free number of rows, and names its dimensions well enough to tell
  /// which of them count rows.
  public boolean hasFreeRows() {
    return !rows.isEmpty()
        && variables.stream().allMatch(name -> rows.contains(name) || !name.endsWith(UNNAMED));
  }

  /// Each size for all variables; before that, with 1 for the first dimensions.
  private List<Map<String, Long>> sizes() {
    Set<Map<String, Long>> all = new LinkedHashSet<>();
    Stream.concat(SIZES.stream(), rules.hints().stream())
        .forEach(
            size -> {
              Map<String, Long> equal = with(variables, size, Map.of());
              all.add(with(leading, 1, equal));
              all.add(equal);
            });
    return List.copyOf(all);
  }

  /// All inputs with their second, third … fill; then each input alone with each of its fills.
  private List<Map<String, Integer>> alternatives(Map<String, Integer> likeliest) {
    List<Map<String, Integer>> all = new ArrayList<>();
    int most = fills.values().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 1; i < most; i++) {
      Map<String, Integer> plan = new LinkedHashMap<>();
      for (Map.Entry<String, List<Fill>> input : fills.entrySet()) {
        plan.put(input.getKey(), Math.min(i, input.getValue().size() - 1));
      }
      all.add(plan);
    }
    for (Map.Entry<String, List<Fill>> input : fills.entrySet()) {
      for (int i = 1; i < input.getValue().size(); i++) {
        Map<String, Integer> plan = new LinkedHashMap<>(likeliest);
        plan.put(input.getKey(), i);
        all.add(plan);
      }
    }
    return all.size() <= MOST_ALTERNATIVES ? all : all.subList(0, MOST_ALTERNATIVES);
  }

  private Plan random(Random random) {
    Set<Long> hinted = new TreeSet<>(rules.hints());
    hinted.addAll(FEW_SIZES);
    List<Long> candidates = List.copyOf(hinted);
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String variable : variables) {
      Long known = sizes.get(rules.leader(variable));
      long drawn = candidates.get(random.nextInt(candidates.size()));
      sizes.put(variable, known == null ? rules.size(variable, drawn) : known);
    }
    Map<String, Integer> plan = new LinkedHashMap<>();
    fills.forEach(
        (name, list) -> plan.put(name, random.nextBoolean() ? 0 : random.nextInt(list.size())));
    return new Plan(sizes, plan);
  }

  /// The tensors of `plan`; null where they would be too large, or a dimension negative.
  public @Nullable Map<String, Tensor> tensors(Plan plan) {
    Map<String, long[]> chosen = new LinkedHashMap<>();
    long all = 0;
    for (Map.Entry<String, List<Dimension>> input : shapes.entrySet()) {
      long[] shape = new long[input.getValue().size()];
      long elements = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = input.getValue().get(i).size(plan.sizes());
        if (shape[i] < 0 || Math.multiplyHigh(elements, shape[i]) != 0) {
          return null;
        }
        elements *= shape[i];
      }
      all += elements;
      if (elements < 0 || elements > Integer.MAX_VALUE / Double.BYTES) {
        return null;
      }
      chosen.put(input.getKey(), shape);
    }
    if (all > MOST_ELEMENTS && plan.sizes().values().stream().anyMatch(size -> size > 1)) {
      return null;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    inputs.forEach(
        (name, port) -> {
          int index = plan.fills().getOrDefault(name, 0);
          Fill fill = fills.getOrDefault(name, List.of()).get(index);
          long[] shape = chosen.getOrDefault(name, new long[0]);
          tensors.put(name, FilledTensor.of(port.dtype(), shape, fill, chosen));
        });
    return tensors;
  }
}
