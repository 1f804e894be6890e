package io.slipway.onnx.rows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a tensor: where in it the rows lie.
sealed interface Flow {

  /// A tensor whose rows are apart, or that has none.
  ///
  /// @param shape its dimensions; null where they are not known
  /// @param axis the dimension that the rows lie in: its size is `outer` × rows × the rest, and an
  ///     element's index in it is (o × rows + row) × rest + r; -1 where it has none, and is equal
  ///     in every run that rows may share but for what `counted` says
  /// @param outer how often the rows follow each other in it
  /// @param content its elements, where they are few whole numbers; null for one that is not known
  /// @param counted whether its elements depend on how many rows there are
  record Known(
      @Nullable List<Dim> shape,
      int axis,
      Dim outer,
      @Nullable List<@Nullable Dim> content,
      boolean counted)
      implements Flow {

    /// Without rows, elements not known.
    static Known fixed(@Nullable List<Dim> shape) {
      return new Known(shape, -1, Dim.ONE, null, false);
    }

    /// With rows in dimension `axis`.
    static Known rows(@Nullable List<Dim> shape, int axis, Dim outer) {
      return new Known(shape, axis, outer, null, false);
    }

    /// Whole numbers; a scalar, or a list.
    static Known numbers(List<@Nullable Dim> content, boolean scalar) {
      boolean counted = content.stream().anyMatch(d -> d != null && d.rows());
      return new Known(
          scalar ? List.of() : List.of(Dim.of(content.size())),
          -1,
          Dim.ONE,
          Collections.unmodifiableList(new ArrayList<>(content)),
          counted);
    }

    /// Whole numbers that depend on how many rows there are, in a way that is not known.
    static Known count(@Nullable List<Dim> shape) {
      return new Known(shape, -1, Dim.ONE, null, true);
    }

    boolean hasRows() {
      return axis >= 0;
    }

    /// Equal in every run that rows may share.
    boolean isFixed() {
      return axis < 0 && !counted;
    }

    /// The same tensor in another shape that has its rows in the same place.
    Known shaped(@Nullable List<Dim> other) {
      return new Known(other, axis, outer, null, counted);
    }
  }

  /// Lists of strings, one for each row, which the longest one of a run makes longer: behind the
  /// others stands `filler`.
  ///
  /// @param rows the tensor, of a last dimension that is not known
  record Padded(Known rows, String filler) implements Flow {}

  /// A tensor whose rows are not apart, or not known to be.
  record Fault(RowVerdict verdict) implements Flow {}
}
