package io.slipway.onnx.rows;

import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Operators that select elements of tensors, and that concatenate tensors.
final class Selection {
  /// More rows than a run can have.
  private static final int MOST_ROWS = 1_000_000;

  private Selection() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("Gather", Selection::gather);
    rules.put("GatherElements", Selection::gatherElements);
    rules.put("GatherND", Selection::gatherMany);
    rules.put("ScatterElements", Selection::scatter);
    rules.put("Scatter", Selection::scatter);
    rules.put("Slice", Selection::slice);
    rules.put("Split", Selection::split);
    rules.put("Concat", Selection::concat);
    rules.put("OneHot", Selection::oneHot);
    rules.put("ReverseSequence", Selection::reverse);
    rules.put("Compress", Selection::compress);
  }

  private static List<Flow> gather(Place place) {
    Known table = place.any(0);
    Known index = place.data(1);
    if (table.content() != null && !index.hasRows() && index.content() != null) {
      return List.of(picked(place, table, index));
    }
    if (table.counted()) {
      throw place.undecided("selects from the number of rows");
    }
    if (!table.hasRows() && !index.hasRows() && (table.shape() == null || index.shape() == null)) {
      return List.of(Known.fixed(null));
    }
    List<Dim> from = place.shape(table);
    List<Dim> by = place.shape(index);
    int at = place.axis(place.whole("axis", 0), from.size());
    if (table.axis() == at || table.hasRows() && index.hasRows()) {
      throw place.mixes("selects rows");
    }
    List<Dim> shape = new ArrayList<>(from.subList(0, at));
    shape.addAll(by);
    shape.addAll(from.subList(at + 1, from.size()));
    if (index.hasRows()) {
      return List.of(Known.rows(shape, at + index.axis(), index.outer()));
    }
    if (table.hasRows()) {
      int axis = table.axis() < at ? table.axis() : table.axis() + by.size() - 1;
      return List.of(Known.rows(shape, axis, table.outer()));
    }
    return List.of(Known.fixed(shape));
  }

  /// Selects numbers from a list of known numbers.
  private static Known picked(Place place, Known table, Known index) {
    List<@Nullable Dim> content = Objects.requireNonNull(table.content());
    List<@Nullable Dim> result = new ArrayList<>();
    for (Dim at : Objects.requireNonNull(index.content())) {
      if (at == null || !at.known()) {
        result.add(null);
        continue;
      }
      long own = at.factor() < 0 ? at.factor() + content.size() : at.factor();
      if (own < 0 || own >= content.size()) {
        throw place.undecided("selects element " + own + " of " + content.size());
      }
      result.add(content.get((int) own));
    }
    boolean scalar = index.shape() != null && index.shape().isEmpty();
    Known numbers = Known.numbers(result, scalar);
    return result.contains(null) && table.counted()
        ? new Known(numbers.shape(), -1, Dim.ONE, numbers.content(), true)
        : numbers;
  }

  private static List<Flow> gatherElements(Place place) {
    Known table = place.data(0);
    Known index = place.data(1);
    if (!table.hasRows() && !index.hasRows()) {
      return List.of(Known.fixed(index.shape()));
    }
    List<Dim> shape = place.shape(index);
    int at = place.axis(place.whole("axis", 0), shape.size());
    boolean own = table.axis() == index.axis() && table.outer().equals(index.outer());
    // A table without rows has an entry for each position of the other dimensions.
    if (own ? at == index.axis() : table.hasRows() || at != index.axis()) {
      throw place.mixes("selects by the position of the rows");
    }
    return List.of(Known.rows(shape, index.axis(), index.outer()));
  }

  private static List<Flow> gatherMany(Place place) {
    Known table = place.data(0);
    Known index = place.data(1);
    if (!table.hasRows() && !index.hasRows()) {
      return List.of(Known.fixed(null));
    }
    long own = place.whole("batch_dims", 0);
    List<Dim> from = place.shape(table);
    List<Dim> by = place.shape(index);
    boolean batched =
        table.axis() == index.axis() && index.axis() < own && table.outer().equals(index.outer());
    boolean looked = !table.hasRows() && index.axis() >= own && index.axis() < by.size() - 1;
    if (!batched && !looked) {
      throw place.mixes("selects rows");
    }
    Dim depth = by.getLast();
    if (!depth.known() || own + depth.factor() > from.size() || depth.factor() < 0) {
      throw place.undecided("selects by " + depth + " numbers");
    }
    List<Dim> shape = new ArrayList<>(by.subList(0, by.size() - 1));
    shape.addAll(from.subList((int) (own + depth.factor()), from.size()));
    return List.of(Known.rows(shape, index.axis(), index.outer()));
  }

  private static List<Flow> scatter(Place place) {
    Known x = place.data(0);
    Known index = place.data(1);
    Known updates = place.data(2);
    if (!x.hasRows() && !index.hasRows() && !updates.hasRows()) {
      return List.of(Known.fixed(x.shape()));
    }
    int at = place.axis(place.whole("axis", 0), place.shape(x).size());
    for (Known other : List.of(index, updates)) {
      if (other.axis() != x.axis() || !other.outer().equals(x.outer())) {
        throw place.undecided("writes values into rows that have no values of their own");
      }
    }
    if (at == x.axis()) {
      throw place.mixes("writes values into other rows");
    }
    return List.of(x);
  }

  private static List<Flow> slice(Place place) {
    Known x = place.any(0);
    boolean given = place.has(1) || place.opset() >= 10;
    long[] starts = numbers(place, x, "starts", given ? 1 : 9);
    long[] ends = numbers(place, x, "ends", given ? 2 : 9);
    long[] axes = place.numbers("axes", given ? 3 : 9);
    long[] steps = given ? place.numbers("steps", 4) : null;
    if (starts == null || ends == null) {
      boolean shapeless = x.shape() == null && !x.hasRows();
      return List.of(
          shapeless && place.data(1).isFixed() && place.data(2).isFixed() && x.isFixed()
              ? Known.fixed(null)
              : unknownSlice(place, x, starts, axes, steps));
    }
    if (x.content() != null && x.shape() != null && x.shape().size() == 1) {
      return List.of(part(place, x, starts[0], ends[0], steps == null ? 1 : steps[0]));
    }
    if (x.counted()) {
      return List.of(Known.count(null));
    }
    if (x.shape() == null && !x.hasRows()) {
      return List.of(x);
    }
    List<Dim> shape = new ArrayList<>(place.shape(x));
    for (int i = 0; i < starts.length; i++) {
      int at = place.axis(axes == null ? i : axes[i], shape.size());
      long step = steps == null ? 1 : steps[i];
      long all = at == x.axis() ? MOST_ROWS : Integer.MAX_VALUE;
      boolean whole = starts[i] == 0 && ends[i] >= all && step == 1;
      if (!whole && at == x.axis()) {
        throw place.mixes("takes some of the rows");
      }
      if (!whole) {
        shape.set(at, taken(place, shape.get(at), starts[i], ends[i], step));
      }
    }
    return List.of(x.shaped(shape));
  }

  /// Start or end positions; null where they are sizes without known numbers.
  private static long @Nullable [] numbers(Place place, Known x, String name, int index) {
    if (!place.has(index)) {
      return place.list(name);
    }
    Known given = place.any(index);
    if (given.hasRows()) {
      throw place.mixes("slices by values of the rows");
    }
    List<@Nullable Dim> content = given.content();
    boolean known = content != null && content.stream().allMatch(d -> d != null && d.known());
    return known || x.counted() ? place.numbers(name, index) : null;
  }

  /// A slice with known axes only.
  private static Known unknownSlice(
      Place place,
      Known x,
      long @Nullable [] starts,
      long @Nullable [] axes,
      long @Nullable [] steps) {
    if (axes == null || x.counted()) {
      throw place.undecided("computes the range that it takes");
    }
    List<@Nullable Dim> ends = place.any(2).content();
    place.data(1);
    List<Dim> shape = new ArrayList<>(place.shape(x));
    for (int i = 0; i < axes.length; i++) {
      int at = place.axis(axes[i], shape.size());
      boolean head = starts != null && starts[i] == 0 && (steps == null || steps[i] == 1);
      Dim end = ends == null || ends.size() != axes.length ? null : ends.get(i);
      if (at == x.axis() && !(head && shape.get(at).equals(end))) {
        throw place.mixes("takes some of the rows");
      }
      if (at != x.axis() && (end == null ? place.any(2).counted() : end.rows())) {
        throw place.mixes("slices by the number of rows");
      }
      shape.set(
          at, head && end != null ? first(place, shape.get(at), end) : place.symbols().fresh());
    }
    return x.shaped(shape);
  }

  /// The size of the first `end` elements of `size`.
  private static Dim first(Place place, Dim size, Dim end) {
    if (size.equals(end)) {
      return size;
    }
    return size.known() && size.factor() >= 0 && !end.known() && end.factor() > 0
        ? place.symbols().smaller(end, size.factor())
        : place.symbols().fresh();
  }

  private static Known part(Place place, Known x, long start, long end, long step) {
    List<@Nullable Dim> content = Objects.requireNonNull(x.content());
    int size = content.size();
    if (step != 1) {
      throw place.undecided("takes every " + step + "th number");
    }
    int from = (int) Math.clamp(start < 0 ? start + size : start, 0L, (long) size);
    int to = (int) Math.clamp(end < 0 ? end + size : end, (long) from, (long) size);
    Known numbers = Known.numbers(content.subList(from, to), false);
    return numbers.content() != null && numbers.content().contains(null) && x.counted()
        ? new Known(numbers.shape(), -1, Dim.ONE, numbers.content(), true)
        : numbers;
  }

  private static Dim taken(Place place, Dim size, long start, long end, long step) {
    if (!size.known() || step <= 0) {
      return place.made(size, start, end, step);
    }
    long n = size.factor();
    long from = Math.clamp(start < 0 ? start + n : start, 0, n);
    long to = Math.clamp(end < 0 ? end + n : end, from, n);
    return Dim.of((to - from + step - 1) / step);
  }

  private static List<Flow> split(Place place) {
    Known x = place.data(0);
    if (x.shape() == null && !x.hasRows()) {
      return place.allFixed();
    }
    List<Dim> shape = place.shape(x);
    int at = place.axis(place.whole("axis", 0), shape.size());
    if (at == x.axis()) {
      throw place.mixes("splits the rows");
    }
    int parts = place.node().outputs().size();
    long[] sizes = place.numbers("split", 1);
    Dim equal = shape.get(at).over(Dim.of(parts));
    List<Flow> outputs = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      List<Dim> part = new ArrayList<>(shape);
      Dim size = sizes != null && i < sizes.length ? Dim.of(sizes[i]) : equal;
      part.set(at, size != null ? size : place.symbols().fresh());
      outputs.add(x.shaped(part));
    }
    return outputs;
  }

  private static List<Flow> concat(Place place) {
    List<Known> all = new ArrayList<>();
    for (int i = 0; i < place.inputs().size(); i++) {
      all.add(place.any(i));
    }
    if (all.stream().noneMatch(Known::hasRows)) {
      return List.of(joined(all));
    }
    Known rows = all.stream().filter(Known::hasRows).findFirst().orElseThrow();
    int rank = place.shape(rows).size();
    int at = place.axis(place.whole("axis", place.opset() < 4 ? 1 : 0), rank);
    if (at == rows.axis()) {
      throw place.mixes("appends other values to the rows");
    }
    Dim sum = Dim.of(0);
    List<Dim> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Known part = place.data(i);
      if (part.axis() != rows.axis() || !part.outer().equals(rows.outer())) {
        throw place.mixes("combines rows with values of other rows");
      }
      Dim own = place.shape(part).get(at);
      parts.add(own);
      sum = sum != null && own.known() ? Dim.of(sum.factor() + own.factor()) : null;
    }
    List<Dim> shape = new ArrayList<>(place.shape(rows));
    shape.set(at, sum != null ? sum : place.made(parts));
    return List.of(rows.shaped(shape));
  }

  /// Concatenates tensors without rows; known numbers stay known.
  private static Known joined(List<Known> all) {
    List<@Nullable Dim> content = new ArrayList<>();
    boolean counted = all.stream().anyMatch(Known::counted);
    for (Known part : all) {
      if (part.shape() == null || part.shape().size() != 1) {
        return counted ? Known.count(null) : Known.fixed(null);
      }
      if (part.content() != null) {
        content.addAll(part.content());
      } else if (part.shape().getFirst().known() && part.shape().getFirst().factor() < 64) {
        for (int i = 0; i < part.shape().getFirst().factor(); i++) {
          content.add(null);
        }
      } else {
        return counted ? Known.count(null) : Known.fixed(null);
      }
    }
    Known numbers = Known.numbers(content, false);
    return content.contains(null) && counted
        ? new Known(numbers.shape(), -1, Dim.ONE, numbers.content(), true)
        : numbers;
  }

  private static List<Flow> oneHot(Place place) {
    Known index = place.data(0);
    Known depth = place.fixed(1);
    place.fixed(2);
    if (index.shape() == null && !index.hasRows()) {
      return List.of(Known.fixed(null));
    }
    List<Dim> shape = new ArrayList<>(place.shape(index));
    int at = place.axis(place.whole("axis", -1), shape.size() + 1);
    Dim size = depth.content() == null ? null : depth.content().getFirst();
    shape.add(at, size != null ? size : place.symbols().fresh());
    return List.of(
        index.hasRows()
            ? Known.rows(shape, index.axis() + (index.axis() >= at ? 1 : 0), index.outer())
            : Known.fixed(shape));
  }

  private static List<Flow> reverse(Place place) {
    Known x = place.data(0);
    Known lengths = place.data(1);
    boolean own = lengths.axis() == 0 && x.axis() == place.whole("batch_axis", 1);
    if (x.hasRows() ? !own && (lengths.hasRows() || x.axis() < 2) : lengths.hasRows()) {
      throw place.mixes("reverses the rows");
    }
    return List.of(x);
  }

  private static List<Flow> compress(Place place) {
    Known x = place.data(0);
    Known condition = place.data(1);
    if (x.hasRows() || condition.hasRows()) {
      throw place.mixes("leaves out some of the rows");
    }
    return place.allFixed();
  }
}
