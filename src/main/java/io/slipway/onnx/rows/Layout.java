package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Operators that change the shape or the order of elements.
final class Layout {
  private Layout() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("Reshape", Layout::reshape);
    rules.put("Flatten", Layout::flatten);
    rules.put("Squeeze", Layout::squeeze);
    rules.put("Unsqueeze", Layout::unsqueeze);
    rules.put("Transpose", place -> List.of(transpose(place)));
    rules.put("DepthToSpace", place -> List.of(blocks(place, 1)));
    rules.put("SpaceToDepth", place -> List.of(blocks(place, -1)));
    rules.put("Trilu", Layout::trilu);
  }

  private static Known transpose(Place place) {
    Known x = place.any(0);
    if (x.counted()) {
      return Known.count(null);
    }
    if (x.shape() == null && !x.hasRows()) {
      return x;
    }
    long[] order = place.list("perm");
    int rank = place.shape(x).size();
    return transposed(
        place,
        x,
        order != null ? order : IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray());
  }

  static Known transposed(Place place, Known x, long[] order) {
    List<Dim> shape = place.shape(x);
    if (order.length != shape.size()) {
      throw place.undecided("permutes " + order.length + " of " + shape.size() + " dimensions");
    }
    List<Dim> turned = new ArrayList<>();
    int axis = -1;
    for (int i = 0; i < order.length; i++) {
      int from = place.axis(order[i], order.length);
      turned.add(shape.get(from));
      axis = from == x.axis() ? i : axis;
    }
    return axis < 0 ? Known.fixed(turned) : Known.rows(turned, axis, x.outer());
  }

  private static List<Flow> reshape(Place place) {
    Known x = place.any(0);
    List<@Nullable Dim> wanted;
    if (place.has(1)) {
      wanted = place.any(1).content();
      if (wanted == null && !x.hasRows() && place.any(1).isFixed()) {
        return List.of(x.counted() ? Known.count(null) : Known.fixed(null));
      }
    } else {
      long[] list = place.list("shape");
      wanted = list == null ? null : known(list);
    }
    if (wanted == null) {
      throw place.undecided("computes its shape");
    }
    if (wanted.contains(null) && place.has(1) && place.any(1).counted()) {
      throw place.undecided("computes its shape from the number of rows");
    }
    return List.of(reshaped(place, x, wanted, place.whole("allowzero", 0) == 0));
  }

  private static List<@Nullable Dim> known(long[] list) {
    List<@Nullable Dim> dims = new ArrayList<>();
    for (long dim : list) {
      dims.add(Dim.of(dim));
    }
    return dims;
  }

  /// @param wanted -1 for the remaining size; null for an unknown size
  /// @param zero whether 0 means to keep the size
  private static Known reshaped(Place place, Known x, List<@Nullable Dim> wanted, boolean zero) {
    List<Dim> shape = new ArrayList<>();
    int open = -1;
    Dim rest = x.shape() == null ? null : product(x.shape());
    for (int i = 0; i < wanted.size(); i++) {
      Dim dim = wanted.get(i);
      if (dim == null) {
        dim = place.symbols().fresh();
      } else if (dim.is(0) && zero) {
        dim = x.shape() != null && i < x.shape().size() ? x.shape().get(i) : null;
        if (dim == null) {
          throw place.undecided("has an input of unknown shape");
        }
      }
      if (dim.is(-1)) {
        open = i;
        shape.add(Dim.ONE);
        continue;
      }
      shape.add(dim);
      rest = rest == null ? null : rest.over(dim);
    }
    if (open >= 0) {
      shape.set(open, rest != null ? rest : place.symbols().fresh());
    }
    if (x.counted() || !x.hasRows()) {
      boolean small = x.content() != null && shape.size() < 2;
      return new Known(shape, -1, Dim.ONE, small ? x.content() : null, x.counted());
    }
    return placed(place, x, shape, open >= 0 ? rest != null : Dim.ONE.equals(rest));
  }

  /// Locates the rows in another shape of the same elements.
  ///
  /// @param exact whether both shapes have the same number of elements
  private static Known placed(Place place, Known x, List<Dim> shape, boolean exact) {
    List<Dim> from = place.shape(x);
    int upTo = x.axis() + 1;
    if (shape.size() >= upTo && shape.subList(0, upTo).equals(from.subList(0, upTo))) {
      // Each row keeps its number of elements, whatever its shape.
      return x.shaped(shape);
    }
    int axis =
        IntStream.range(0, shape.size()).filter(i -> shape.get(i).rows()).findFirst().orElse(-1);
    if (axis < 0 || !exact) {
      throw place.mixes("gives the rows the shape " + shape + ", of " + from);
    }
    Dim before = product(from.subList(0, x.axis()));
    before = before == null ? null : before.times(x.outer());
    Dim ahead = product(shape.subList(0, axis));
    Dim outer = before == null || ahead == null ? null : before.over(ahead);
    Dim inner =
        outer == null ? null : shape.get(axis).over(Objects.requireNonNull(outer.times(Dim.ROWS)));
    if (outer == null || inner == null) {
      throw place.mixes("gives the rows the shape " + shape + ", of " + from);
    }
    return Known.rows(shape, axis, outer);
  }

  /// The number of elements; null where it cannot be expressed.
  static @Nullable Dim product(List<Dim> shape) {
    Dim product = Dim.ONE;
    for (Dim dim : shape) {
      product = product == null ? null : product.times(dim);
    }
    return product;
  }

  private static List<Flow> flatten(Place place) {
    Known x = place.data(0);
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x);
    }
    List<Dim> shape = place.shape(x);
    int axis = place.axis(place.whole("axis", 1), shape.size());
    Dim first = product(shape.subList(0, axis));
    Dim second = product(shape.subList(axis, shape.size()));
    if (first == null || second == null) {
      throw place.undecided("has too many elements");
    }
    List<Dim> flat = List.of(first, second);
    return List.of(x.hasRows() ? placed(place, x, flat, true) : Known.fixed(flat));
  }

  private static List<Flow> squeeze(Place place) {
    Known x = place.any(0);
    long[] axes = place.numbers("axes", 1);
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x.shaped(null));
    }
    if (axes == null && x.hasRows()) {
      List<Dim> shape = place.shape(x);
      if (shape.size() == 1 && x.axis() == 0) {
        return List.of(x);
      }
      throw place.mixes(
          "drops every dimension of size 1, which the rows have where there is one row");
    }
    List<Dim> shape = place.shape(x);
    List<Integer> gone =
        axes != null
            ? place.axes(axes, shape.size())
            : IntStream.range(0, shape.size()).filter(i -> shape.get(i).is(1)).boxed().toList();
    if (gone.contains(x.axis())) {
      throw place.mixes("drops the dimension of the rows");
    }
    List<Dim> left = new ArrayList<>();
    int axis = -1;
    for (int i = 0; i < shape.size(); i++) {
      if (!gone.contains(i)) {
        axis = i == x.axis() ? left.size() : axis;
        left.add(shape.get(i));
      }
    }
    return List.of(new Known(left, axis, x.outer(), x.content(), x.counted()));
  }

  private static List<Flow> unsqueeze(Place place) {
    Known x = place.any(0);
    long[] axes = place.numbers("axes", 1);
    if (axes == null) {
      throw place.undecided("has no axes");
    }
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x.shaped(null));
    }
    List<Dim> shape = new ArrayList<>(place.shape(x));
    int axis = x.axis();
    for (int at : new TreeSet<>(place.axes(axes, shape.size() + axes.length))) {
      if (at > shape.size()) {
        throw place.undecided("has the axis " + at);
      }
      shape.add(at, Dim.ONE);
      axis += axis >= at ? 1 : 0;
    }
    boolean list = shape.size() < 2;
    return List.of(new Known(shape, axis, x.outer(), list ? x.content() : null, x.counted()));
  }

  /// Moves blocks between the channels and the space of images.
  private static Known blocks(Place place, int sign) {
    Known x = place.data(0);
    if (x.axis() > 0) {
      throw place.mixes("moves the rows");
    }
    if (x.shape() == null) {
      return x;
    }
    List<Dim> shape = place.shape(x);
    if (shape.size() != 4) {
      throw place.undecided("has " + shape.size() + " dimensions");
    }
    Dim side = Dim.of(place.whole("blocksize", 1));
    Dim area = Objects.requireNonNull(side.times(side));
    Dim channels = sign > 0 ? shape.get(1).over(area) : shape.get(1).times(area);
    List<@Nullable Dim> changed = new ArrayList<>(List.of(shape.getFirst()));
    changed.add(channels);
    for (Dim space : shape.subList(2, 4)) {
      changed.add(sign > 0 ? space.times(side) : space.over(side));
    }
    List<Dim> all = new ArrayList<>();
    changed.forEach(dim -> all.add(dim == null ? place.symbols().fresh() : dim));
    return x.shaped(Collections.unmodifiableList(all));
  }

  private static List<Flow> trilu(Place place) {
    Known x = place.data(0);
    if (place.has(1)) {
      place.fixed(1);
    }
    if (x.hasRows() && x.axis() >= place.shape(x).size() - 2) {
      throw place.mixes("takes a triangle of the rows");
    }
    return List.of(x.shaped(x.shape()));
  }
}
