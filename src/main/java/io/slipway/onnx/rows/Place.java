package io.slipway.onnx.rows;

import io.slipway.onnx.graph.OnnxNodes.Attribute;
import io.slipway.onnx.graph.OnnxNodes.Node;
import io.slipway.onnx.rows.Flow.Known;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// One node with the knowledge about its inputs, as the input of its operator's rule. A rule that
/// cannot prove the rows of the outputs independent throws [NotApart].
///
/// @param inputs null where an optional one is omitted
/// @param opset the version of ONNX's own operator set
record Place(Node node, List<@Nullable Known> inputs, long opset, Symbols symbols) {

  /// Ends a rule without proof.
  static final class NotApart extends RuntimeException {
    private final transient RowVerdict verdict;

    NotApart(RowVerdict verdict) {
      super(null, null, false, false);
      this.verdict = verdict;
    }

    RowVerdict verdict() {
      return verdict;
    }
  }

  NotApart mixes(String why) {
    return new NotApart(new RowVerdict.Mixes(node.label(), operator(), why));
  }

  NotApart undecided(String why) {
    return new NotApart(new RowVerdict.Undecided(node.label(), operator(), why));
  }

  String operator() {
    return node.domain().isEmpty() ? node.operator() : node.domain() + "." + node.operator();
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  /// An input with any content.
  Known any(int index) {
    if (!has(index)) {
      throw undecided("lacks input " + index);
    }
    return Objects.requireNonNull(inputs.get(index));
  }

  /// An input whose elements are used as values: they must not reveal the number of rows.
  Known data(int index) {
    Known known = any(index);
    if (known.counted()) {
      throw mixes("uses the number of rows as a value");
    }
    return known;
  }

  /// An input that must be equal in every run.
  Known fixed(int index) {
    Known known = data(index);
    if (known.hasRows()) {
      throw undecided("has rows in input " + index + ", which is a parameter");
    }
    return known;
  }

  /// The dimensions of `known`.
  List<Dim> shape(Known known) {
    if (known.shape() == null) {
      throw undecided("has an input of unknown shape");
    }
    return known.shape();
  }

  /// `axis` counted from the front, for a tensor of `rank` dimensions.
  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted > rank) {
      throw undecided("has the axis " + axis + " of " + rank);
    }
    return (int) counted;
  }

  @Nullable Attribute attribute(String name) {
    return node.attributes().get(name);
  }

  long whole(String name, long otherwise) {
    return node.whole(name, otherwise);
  }

  String text(String name, String otherwise) {
    Attribute attribute = attribute(name);
    return attribute == null ? otherwise : attribute.text();
  }

  /// A list of numbers; null where it is absent.
  long @Nullable [] list(String name) {
    List<Long> list = node.list(name);
    return list == null ? null : list.stream().mapToLong(Long::longValue).toArray();
  }

  /// The numbers of a constant input, or of the attribute `name`; null where both are absent.
  long @Nullable [] numbers(String name, int index) {
    if (!has(index)) {
      return list(name);
    }
    List<@Nullable Dim> content = any(index).content();
    if (content == null || content.stream().anyMatch(d -> d == null || !d.known())) {
      throw undecided("computes its " + name);
    }
    return content.stream().mapToLong(d -> Objects.requireNonNull(d).factor()).toArray();
  }

  /// The axes in `numbers` for a tensor of `rank` dimensions, counted from the front.
  List<Integer> axes(long[] numbers, int rank) {
    return LongStream.of(numbers).mapToObj(axis -> axis(axis, rank)).distinct().toList();
  }

  /// A size that the node computes from others in its own way.
  Dim made(Object... of) {
    return symbols.of(operator() + List.of(of));
  }

  /// `count` outputs that are equal in every run, with unknown content.
  List<Flow> allFixed() {
    return IntStream.range(0, node.outputs().size())
        .<Flow>mapToObj(_ -> Known.fixed(null))
        .toList();
  }
}
