package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Body;
import io.slipway.onnx.rows.Flow.Fault;
import io.slipway.onnx.rows.Flow.Known;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Nodes with subgraphs: `If`, `Loop` and `Scan`.
final class Branches {
  /// The most iterations over a loop's body until its carried values no longer change.
  private static final int MOST_ROUNDS = 4;

  private final RowAnalysis analysis;

  Branches(RowAnalysis analysis) {
    this.analysis = analysis;
  }

  List<Flow> outputs(Place place, Map<String, Flow> known) {
    return switch (place.node().operator()) {
      case "If" -> choice(place, known);
      case "Loop" -> loop(place, known);
      case "Scan" -> scan(place, known);
      default -> throw place.undecided("is not known");
    };
  }

  private static Body body(Place place, String name) {
    Attribute attribute = place.attribute(name);
    if (attribute == null || attribute.graph() == null) {
      throw place.undecided("has no " + name);
    }
    return attribute.graph();
  }

  private List<Flow> choice(Place place, Map<String, Flow> known) {
    Known condition = place.any(0);
    if (condition.hasRows()) {
      throw place.mixes("branches on values of the rows");
    }
    List<@Nullable Dim> content = condition.content();
    Dim flag = content == null || content.isEmpty() ? null : content.getFirst();
    if (flag != null && flag.known()) {
      String taken = flag.is(0) ? "else_branch" : "then_branch";
      return analysis.inside(body(place, taken), known, List.of(), place.opset());
    }
    if (condition.counted()) {
      throw place.mixes("branches on the number of rows");
    }
    List<Flow> yes = analysis.inside(body(place, "then_branch"), known, List.of(), place.opset());
    List<Flow> no = analysis.inside(body(place, "else_branch"), known, List.of(), place.opset());
    List<Flow> outputs = new ArrayList<>();
    for (int i = 0; i < Math.min(yes.size(), no.size()); i++) {
      outputs.add(either(place, yes.get(i), no.get(i)));
    }
    return outputs;
  }

  /// What holds for both branches.
  private static Flow either(Place place, Flow a, Flow b) {
    if (!(a instanceof Known x) || !(b instanceof Known y)) {
      return a instanceof Fault
          ? a
          : b instanceof Fault ? b : new Fault(place.undecided("returns lists").verdict());
    }
    if (x.equals(y)) {
      return x;
    }
    if (x.axis() != y.axis() || !x.outer().equals(y.outer()) || x.counted() || y.counted()) {
      return new Fault(place.undecided("returns a tensor with or without rows").verdict());
    }
    if (x.shape() == null || y.shape() == null || x.shape().size() != y.shape().size()) {
      return new Known(null, x.axis(), x.outer(), null, false);
    }
    List<Dim> shape = new ArrayList<>();
    for (int i = 0; i < x.shape().size(); i++) {
      Dim own = x.shape().get(i);
      boolean same = own.equals(y.shape().get(i));
      if (!same && i == x.axis()) {
        return new Fault(place.undecided("returns rows of two sizes").verdict());
      }
      shape.add(same ? own : place.symbols().fresh());
    }
    return new Known(shape, x.axis(), x.outer(), null, false);
  }

  private List<Flow> loop(Place place, Map<String, Flow> known) {
    Body body = body(place, "body");
    for (int i = 0; i < 2; i++) {
      if (place.has(i) && !place.any(i).isFixed()) {
        throw place.mixes("loops a number of times that depends on the rows");
      }
    }
    List<Flow> carried = new ArrayList<>(List.of(Known.fixed(List.of()), Known.fixed(List.of())));
    for (int i = 2; i < place.inputs().size(); i++) {
      carried.add(lasting(place.any(i)));
    }
    List<Flow> out = rounds(place, known, body, carried, 1, carried.size() - 1, List.of());
    if (out.getFirst() instanceof Known goesOn && !goesOn.isFixed()) {
      throw place.mixes("loops a number of times that depends on the rows");
    }
    int states = carried.size() - 2;
    List<Flow> outputs = new ArrayList<>(out.subList(1, 1 + states));
    out.subList(1 + states, out.size()).forEach(each -> outputs.add(stacked(place, each, 0)));
    return outputs;
  }

  private List<Flow> scan(Place place, Map<String, Flow> known) {
    Body body = body(place, "body");
    int scanned = (int) place.whole("num_scan_inputs", 0);
    int states = place.inputs().size() - scanned;
    if (place.opset() < 9 || scanned < 1 || states < 0) {
      throw place.undecided("has an unsupported old version");
    }
    long[] axes = place.list("scan_input_axes");
    List<Flow> carried = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      carried.add(lasting(place.any(i)));
    }
    List<Flow> parts = new ArrayList<>();
    for (int i = 0; i < scanned; i++) {
      parts.add(part(place, place.data(states + i), axes == null ? 0 : axes[i]));
    }
    List<Flow> out = rounds(place, known, body, carried, 0, states, parts);
    List<Flow> outputs = new ArrayList<>(out.subList(0, states));
    long[] into = place.list("scan_output_axes");
    for (int i = states; i < out.size(); i++) {
      outputs.add(stacked(place, out.get(i), into == null ? 0 : into[i - states]));
    }
    return outputs;
  }

  /// The value with unknown content, as numbers may change from round to round.
  private static Flow lasting(Known known) {
    return known.counted()
        ? Known.count(known.shape())
        : new Known(known.shape(), known.axis(), known.outer(), null, false);
  }

  /// The outputs of the body once the carried values no longer change from round to round.
  ///
  /// @param from the index of the first state among the body's outputs; its inputs have as many
  ///     before those of `carried`, plus one where there is an iteration number
  private List<Flow> rounds(
      Place place,
      Map<String, Flow> known,
      Body body,
      List<Flow> carried,
      int from,
      int to,
      List<Flow> parts) {
    int offset = carried.size() - (to - from);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Flow> inputs = new ArrayList<>(carried);
      inputs.addAll(parts);
      List<Flow> out = analysis.inside(body, known, inputs, place.opset());
      if (out.size() < to) {
        throw place.undecided("has a body with unexpected outputs");
      }
      boolean same = true;
      for (int i = from; i < to; i++) {
        Flow before = carried.get(offset + i - from);
        Flow after = out.get(i) instanceof Known made ? lasting(made) : out.get(i);
        if (!before.equals(after)) {
          same = false;
          carried.set(offset + i - from, either(place, before, after));
        }
      }
      if (same) {
        return out;
      }
    }
    throw place.undecided("carries values whose form changes between iterations");
  }

  /// A slice along `axis`.
  private static Flow part(Place place, Known whole, long axis) {
    if (whole.shape() == null && !whole.hasRows()) {
      return whole;
    }
    List<Dim> shape = new ArrayList<>(place.shape(whole));
    int at = place.axis(axis, shape.size());
    if (at == whole.axis()) {
      throw place.mixes("passes values from row to row");
    }
    shape.remove(at);
    return whole.hasRows()
        ? Known.rows(shape, whole.axis() - (whole.axis() > at ? 1 : 0), whole.outer())
        : Known.fixed(Collections.unmodifiableList(shape));
  }

  /// Concatenates values along `axis`.
  private static Flow stacked(Place place, Flow each, long axis) {
    if (!(each instanceof Known known)) {
      return each;
    }
    if (known.counted()) {
      return Known.count(null);
    }
    if (known.shape() == null && !known.hasRows()) {
      return known;
    }
    List<Dim> shape = new ArrayList<>(place.shape(known));
    int at = place.axis(axis, shape.size() + 1);
    shape.add(at, place.symbols().fresh());
    return known.hasRows()
        ? Known.rows(shape, known.axis() + (known.axis() >= at ? 1 : 0), known.outer())
        : Known.fixed(shape);
  }
}
