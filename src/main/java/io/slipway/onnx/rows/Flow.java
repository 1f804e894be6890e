package io.slipway.onnx.rows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The knowledge about a tensor: where its rows are.
sealed interface Flow {

  /// A tensor whose rows are independent, or that has no rows.
  ///
  /// @param shape its dimensions; null where they are unknown
  /// @param axis the dimension of the rows: its size is `outer` × rows × the rest, and an element's
  ///     index in it is (o × rows + row) × rest + r; -1 where the tensor has no rows, and is equal
  ///     in every run that rows may share, except as `counted` says
  /// @param outer how often the sequence of rows is repeated in it
  /// @param content its elements, where they are few integers; null for an unknown one
  /// @param counted whether its elements depend on the number of rows
  record Known(
      @Nullable List<Dim> shape,
      int axis,
      Dim outer,
      @Nullable List<@Nullable Dim> content,
      boolean counted)
      implements Flow {

    /// A tensor without rows, with unknown elements.
    static Known fixed(@Nullable List<Dim> shape) {
      return new Known(shape, -1, Dim.ONE, null, false);
    }

    /// A tensor with rows in dimension `axis`.
    static Known rows(@Nullable List<Dim> shape, int axis, Dim outer) {
      return new Known(shape, axis, outer, null, false);
    }

    /// Integers: a scalar or a list.
    static Known numbers(List<@Nullable Dim> content, boolean scalar) {
      boolean counted = content.stream().anyMatch(d -> d != null && d.rows());
      return new Known(
          scalar ? List.of() : List.of(Dim.of(content.size())),
          -1,
          Dim.ONE,
          Collections.unmodifiableList(new ArrayList<>(content)),
          counted);
    }

    /// Integers that depend on the number of rows in an unknown way.
    static Known count(@Nullable List<Dim> shape) {
      return new Known(shape, -1, Dim.ONE, null, true);
    }

    boolean hasRows() {
      return axis >= 0;
    }

    /// Whether it is equal in every run that rows may share.
    boolean isFixed() {
      return axis < 0 && !counted;
    }

    /// The same tensor in another shape with its rows in the same position.
    Known shaped(@Nullable List<Dim> other) {
      return new Known(other, axis, outer, null, counted);
    }
  }

  /// Lists of strings, one per row, padded with `filler` to the longest list of the run.
  ///
  /// @param rows the tensor, whose last dimension is unknown
  record Padded(Known rows, String filler) implements Flow {}

  /// A tensor whose rows are not independent, or not known to be.
  record Fault(RowVerdict verdict) implements Flow {}
}
