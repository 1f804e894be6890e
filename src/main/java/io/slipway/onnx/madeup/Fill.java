package io.slipway.onnx.madeup;

import java.util.List;
import java.util.Map;

/// A rule for the content of an input, applied when the shapes of all inputs are chosen.
sealed interface Fill {
  long[] NO_SHAPE = {};

  /// The same number everywhere; for booleans, nonzero is true.
  record Same(double value) implements Fill {}

  /// 0, 1, 2 …: axes, positions.
  record Ramp() implements Fill {}

  /// `first` and then `rest`: `-1, 1, 1` is a shape that takes any number of elements.
  record First(double first, double rest) implements Fill {}

  /// The given numbers, as many as the input has elements; beyond them 0.
  record Numbers(List<Long> values) implements Fill {}

  /// The shape of the input `of`, or of it only the dimensions `axes`, where there are any.
  record ShapeOf(String of, List<Long> axes) implements Fill {}

  /// Parts of equal size, the last one with the rest, of dimension `axis` of the input `of`.
  record Parts(String of, int axis) implements Fill {}

  /// The positions of the dimensions of input `of` that are 1.
  record Ones(String of) implements Fill {}

  /// The same text everywhere; for numeric inputs its value as a number.
  record Text(String value) implements Fill {}

  /// The number for the element at `index` of `count`.
  ///
  /// @param shapes of all inputs
  default double number(int index, int count, Map<String, long[]> shapes) {
    return switch (this) {
      case Same(double value) -> value;
      case Ramp() -> index;
      case First(double first, double rest) -> index == 0 ? first : rest;
      case Numbers(List<Long> values) -> index < values.size() ? values.get(index) : 0;
      case ShapeOf(String of, List<Long> axes) ->
          shape(shapes.getOrDefault(of, NO_SHAPE), axes, index);
      case Parts(String of, int axis) ->
          part(shapes.getOrDefault(of, NO_SHAPE), axis, index, count);
      case Ones(String of) -> one(shapes.getOrDefault(of, NO_SHAPE), index);
      case Text _ -> 0;
    };
  }

  private static double shape(long[] shape, List<Long> axes, int index) {
    if (axes.isEmpty()) {
      return index < shape.length ? shape[index] : 1;
    }
    long axis = index < axes.size() ? axes.get(index) : 0;
    long at = axis < 0 ? axis + shape.length : axis;
    return at >= 0 && at < shape.length ? shape[(int) at] : 1;
  }

  private static double part(long[] shape, int axis, int index, int count) {
    int at = axis < 0 ? axis + shape.length : axis;
    long size = at >= 0 && at < shape.length ? shape[at] : count;
    long part = size / count;
    return index == count - 1 ? size - part * (count - 1L) : part;
  }

  private static double one(long[] shape, int index) {
    int found = 0;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1 && found++ == index) {
        return i;
      }
    }
    return index;
  }
}
