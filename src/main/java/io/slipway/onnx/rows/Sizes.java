package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Constant;
import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators between sizes and tensors: constants, `Shape`, and those that create a tensor of a
/// size.
final class Sizes {
  private static final int MOST_NUMBERS = 256;

  private Sizes() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("Constant", Sizes::constant);
    rules.put("Shape", Sizes::shape);
    rules.put("Size", Sizes::size);
    rules.put("ConstantOfShape", Sizes::filled);
    rules.put("Range", Sizes::range);
    rules.put("Expand", Sizes::expand);
    rules.put("Tile", Sizes::tile);
    rules.put("Pad", Sizes::pad);
    rules.put("EyeLike", place -> List.of(positions(place, 0)));
  }

  static Known of(Constant constant) {
    List<Dim> shape = constant.shape().stream().map(Dim::of).toList();
    if (constant.values() == null) {
      return Known.fixed(shape);
    }
    List<@Nullable Dim> content = new ArrayList<>();
    constant.values().forEach(value -> content.add(value == null ? null : Dim.of(value)));
    return new Known(shape, -1, Dim.ONE, Collections.unmodifiableList(content), false);
  }

  private static List<Flow> constant(Place place) {
    for (Map.Entry<String, Attribute> named : place.node().attributes().entrySet()) {
      Attribute attribute = named.getValue();
      switch (named.getKey()) {
        case "value" -> {
          if (attribute.tensor() != null) {
            return List.of(of(attribute.tensor()));
          }
        }
        case "value_int" -> {
          return List.of(Known.numbers(List.of(Dim.of(attribute.whole())), true));
        }
        case "value_ints" -> {
          List<@Nullable Dim> numbers = new ArrayList<>();
          attribute.list().forEach(value -> numbers.add(Dim.of(value)));
          boolean all = attribute.list().size() == attribute.numbers();
          return List.of(
              all
                  ? Known.numbers(numbers, false)
                  : Known.fixed(List.of(Dim.of(attribute.numbers()))));
        }
        case "value_floats" -> {
          return List.of(Known.fixed(List.of(Dim.of(attribute.numbers()))));
        }
        case "value_strings" -> {
          return List.of(Known.fixed(List.of(Dim.of(attribute.texts()))));
        }
        case "value_float", "value_string" -> {
          return List.of(Known.fixed(List.of()));
        }
        default -> {}
      }
    }
    return List.of(Known.fixed(null));
  }

  private static List<Flow> shape(Place place) {
    Known x = place.any(0);
    if (x.shape() == null) {
      return List.of(x.isFixed() ? Known.fixed(null) : Known.count(null));
    }
    int rank = x.shape().size();
    int from = Math.clamp(counted(place.whole("start", 0), rank), 0, rank);
    int to = Math.clamp(counted(place.whole("end", rank), rank), from, rank);
    return List.of(Known.numbers(new ArrayList<>(x.shape().subList(from, to)), false));
  }

  private static long counted(long place, int rank) {
    return place < 0 ? place + rank : place;
  }

  private static List<Flow> size(Place place) {
    Known x = place.any(0);
    Dim product = x.shape() == null ? null : Layout.product(x.shape());
    if (product == null) {
      return List.of(x.isFixed() ? Known.fixed(List.of()) : Known.count(List.of()));
    }
    return List.of(Known.numbers(List.of(product), true));
  }

  /// The dimensions in an input; unknown sizes get a symbol.
  private static @Nullable List<Dim> dimensions(Place place, Known sizes) {
    List<@Nullable Dim> content = sizes.content();
    if (content == null || content.contains(null) && sizes.counted()) {
      if (sizes.isFixed()) {
        return null;
      }
      throw place.undecided(
          sizes.hasRows()
              ? "makes a tensor whose size depends on values of the rows"
              : "computes a size of the number of rows");
    }
    List<Dim> shape = new ArrayList<>();
    for (Dim dim : content) {
      shape.add(dim == null ? place.symbols().fresh() : dim);
    }
    return shape;
  }

  /// A tensor with the same element at every position of its rows.
  static Known uniform(Place place, List<Dim> shape) {
    int axis = -1;
    Dim outer = Dim.ONE;
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i).rows()) {
        if (axis >= 0) {
          throw place.mixes("combines every row with every other");
        }
        axis = i;
      }
    }
    return axis < 0 ? Known.fixed(shape) : Known.rows(shape, axis, outer);
  }

  private static List<Flow> filled(Place place) {
    Known sizes = place.any(0);
    List<Dim> shape = dimensions(place, sizes);
    if (shape == null) {
      return List.of(Known.fixed(null));
    }
    Known made = uniform(place, shape);
    Dim size = Layout.product(shape);
    if (made.hasRows() || size == null || !size.known() || size.factor() > MOST_NUMBERS) {
      return List.of(made);
    }
    Attribute value = place.attribute("value");
    List<@Nullable Long> values =
        value == null || value.tensor() == null ? null : value.tensor().values();
    Long only = value == null ? Long.valueOf(0) : values == null ? null : values.getFirst();
    Dim element = only == null ? null : Dim.of(only);
    return List.of(
        new Known(shape, -1, Dim.ONE, Collections.nCopies((int) size.factor(), element), false));
  }

  private static List<Flow> range(Place place) {
    for (int i = 0; i < 3; i++) {
      if (place.any(i).hasRows()) {
        throw place.undecided("makes a tensor whose size depends on values of the rows");
      }
    }
    Known limit = place.any(1);
    if (place.any(0).counted() || limit.counted() || place.any(2).counted()) {
      throw place.mixes("numbers the rows by their position in the run");
    }
    boolean plain = number(place.any(0)) == 0 && number(place.any(2)) == 1;
    Dim size = limit.content() == null ? null : limit.content().getFirst();
    return List.of(
        Known.fixed(
            List.of(
                plain && size != null && (!size.known() || size.factor() >= 0)
                    ? size
                    : place.symbols().fresh())));
  }

  /// The only number of a tensor; -1 where it is unknown.
  private static long number(Known known) {
    Dim dim =
        known.content() == null || known.content().isEmpty() ? null : known.content().getFirst();
    return dim == null || !dim.known() ? -1 : dim.factor();
  }

  private static List<Flow> expand(Place place) {
    Known x = place.any(0);
    Known sizes = place.any(1);
    if (x.counted()) {
      return List.of(Known.count(null));
    }
    List<Dim> shape = dimensions(place, sizes);
    if (shape == null) {
      if (x.hasRows()) {
        throw place.undecided("computes its shape");
      }
      return List.of(Known.fixed(null));
    }
    Known made = uniform(place, shape);
    if (x.shape() == null && !x.hasRows() && !made.hasRows()) {
      return List.of(Known.fixed(null));
    }
    return List.of(Elementwise.together(place, List.of(x, made)));
  }

  private static List<Flow> tile(Place place) {
    Known x = place.data(0);
    List<Dim> times = dimensions(place, place.any(1));
    if (times == null || x.shape() == null) {
      if (x.hasRows() || times != null && times.stream().anyMatch(Dim::rows)) {
        throw place.undecided("computes its shape");
      }
      return List.of(Known.fixed(null));
    }
    if (times.size() != x.shape().size()) {
      throw place.undecided("repeats " + times.size() + " of " + x.shape().size() + " dimensions");
    }
    List<Dim> shape = new ArrayList<>();
    int axis = x.axis();
    Dim outer = x.outer();
    for (int i = 0; i < times.size(); i++) {
      Dim product = x.shape().get(i).times(times.get(i));
      if (product == null || times.get(i).rows() && axis >= 0) {
        throw place.mixes("combines every row with every other");
      }
      if (i == axis) {
        outer = times.get(i).times(outer);
        if (outer == null) {
          throw place.undecided("has too many elements");
        }
      } else if (times.get(i).rows()) {
        axis = i;
        // Each row gets the whole repeated tensor.
        outer = times.get(i).over(Dim.ROWS);
        if (outer == null || !outer.is(1)) {
          throw place.undecided("repeats by " + times.get(i));
        }
      }
      shape.add(product);
    }
    return List.of(axis < 0 ? Known.fixed(shape) : Known.rows(shape, axis, outer));
  }

  private static List<Flow> pad(Place place) {
    Known x = place.data(0);
    if (place.has(2)) {
      place.fixed(2);
    }
    if (!x.hasRows()) {
      if (place.has(1)) {
        place.fixed(1);
      }
      return List.of(Known.fixed(null));
    }
    List<Dim> shape = place.shape(x);
    long[] pads = place.numbers(place.opset() < 2 ? "paddings" : "pads", 1);
    long[] given = place.numbers("axes", 3);
    List<Integer> axes = given == null ? null : place.axes(given, shape.size());
    int padded = axes == null ? shape.size() : axes.size();
    if (pads == null || pads.length != 2 * padded) {
      throw place.undecided("computes its pads");
    }
    List<Dim> wider = new ArrayList<>(shape);
    for (int i = 0; i < padded; i++) {
      int at = axes == null ? i : axes.get(i);
      long more = pads[i] + pads[i + padded];
      if (pads[i] != 0 || pads[i + padded] != 0) {
        if (at == x.axis()) {
          throw place.mixes("pads the rows");
        }
        Dim own = shape.get(at);
        wider.set(at, own.known() ? Dim.of(own.factor() + more) : place.made(own, more));
      }
    }
    return List.of(x.shaped(wider));
  }

  /// A tensor of positions: fixed where the input has no rows.
  private static Known positions(Place place, int index) {
    Known x = place.any(index);
    if (!x.isFixed()) {
      throw place.mixes("depends on the position of the rows");
    }
    return Known.fixed(x.shape());
  }
}
